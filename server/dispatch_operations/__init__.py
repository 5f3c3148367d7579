"""Dispatch Operations, built in (spec, internal module 3): who delivers what, when, in which order.

Its own tables only; what happened it tells Order Sales and Account Management over HTTP.
"""
