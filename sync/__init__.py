"""Every conversation of the counter with another machine."""
