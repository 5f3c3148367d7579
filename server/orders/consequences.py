"""What the answer to an owed call means for the order that it was about."""

from collections.abc import Mapping

from server.outbox.delivery import Consequence

CONSEQUENCES: Mapping[str, Consequence] = {}
