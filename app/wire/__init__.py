"""The JSON bodies of the integration spec and of the register protocol, frozen.

Field names are exactly the spec's. Desktop and server share these definitions.
"""
