"""What registers hold a copy of, read only; written by the neighbours (docs/decisions/090)."""
