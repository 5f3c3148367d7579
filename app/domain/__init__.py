"""Pure rules of the trade over frozen dataclasses; no clock, no file, no network."""
