"""Built-in books are written only while they are the books: there are never two masters."""

from fastapi import Request

from server.neighbours.names import Neighbour
from server.parts import parts_of
from server.refusals import Conflict


class KeptHere:
    """A dependency that lets a write pass while this neighbour is built in; else `Conflict`."""

    def __init__(self, neighbour: Neighbour) -> None:
        self._neighbour = neighbour

    def __call__(self, request: Request) -> None:
        """Raise `Conflict` when another process keeps the books."""
        if parts_of(request).lines.is_remote(self._neighbour):
            raise Conflict(
                "KEPT_ELSEWHERE",
                f"Another server keeps {self._neighbour.replace('_', ' ')}; this one only holds "
                "a copy. Make the change there.",
            )
