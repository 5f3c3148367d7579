"""The built-in Reports (spec, internal module 6): daily summaries and the metrics feed."""
