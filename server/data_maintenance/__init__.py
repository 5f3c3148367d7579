"""Data Maintenance (spec, internal module 2), built in."""
