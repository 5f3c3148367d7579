"""Pure rules of the trade over frozen dataclasses; no file, no network, the clock an argument.

The one exception is `numbers.new_uid`, which mints identities from clock and chance.
"""
