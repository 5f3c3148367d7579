"""Customer Management (spec, internal module 1), built in."""
