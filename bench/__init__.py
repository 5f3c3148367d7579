"""Benchmarks: each a command, each figure a ratio against a limit or a peer of the same run."""
