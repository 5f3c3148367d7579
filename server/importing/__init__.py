"""Bringing a shop's existing customers and products in from CSV and XLSX (docs/importing.md)."""
