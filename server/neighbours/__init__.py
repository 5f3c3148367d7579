"""The modules that Order Sales works with, each reached over HTTP (spec, internal modules)."""
