"""Account Management (spec, internal module 5), built in."""
