"""Calls that are owed to neighbours: written with the fact, delivered until answered."""
