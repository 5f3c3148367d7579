"""Questions of the mirror: one attempt each, since it asks again soon anyway."""

from typing import TypeVar

from app.transport.errors import BrokenAnswer
from app.wire.codec import MalformedMessage, Message, decode
from server.neighbours.lines import Call, Lines
from server.neighbours.names import Neighbour
from server.neighbours.refusals import NeighbourRefused

M = TypeVar("M", bound=Message)
DEADLINE_S = 10.0
NO_SUCH_PATH = ("HTTP 404 ", "HTTP 405 ")


async def ask(
    lines: Lines, neighbour: Neighbour, path: str, answers: type[M], within: float = DEADLINE_S
) -> M:
    """The answer to a GET; raises `Unreachable` or `NeighbourRefused`."""
    call = Call(neighbour, "GET", path, operation="mirror", deadline=within, retries=0)
    try:
        received = await lines.send(call)
    except BrokenAnswer as error:
        # Another maker's 404 is a web page, which no answer of ours ever is.
        if error.detail.startswith(NO_SUCH_PATH):
            raise NeighbourRefused(404, "HTTP_404", error.detail) from error
        raise
    try:
        return decode(answers, received)
    except MalformedMessage as error:
        raise BrokenAnswer(str(error)) from error
