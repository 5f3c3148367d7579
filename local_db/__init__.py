"""Everything that this register remembers."""
