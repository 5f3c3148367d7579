"""Keeps Order Sales' copy of what remote neighbours know (docs/decisions/112-the-mirror.md)."""
