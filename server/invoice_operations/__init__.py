"""Invoice Operations (spec, internal module 4), built in."""
