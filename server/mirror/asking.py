"""Questions of the mirror: one attempt each, since it asks again soon anyway."""

from typing import TypeVar

from app.transport.errors import BrokenAnswer
from app.wire.codec import MalformedMessage, Message, decode
from server.neighbours.lines import Call, Lines
from server.neighbours.names import Neighbour

M = TypeVar("M", bound=Message)
DEADLINE_S = 10.0


async def ask(
    lines: Lines, neighbour: Neighbour, path: str, answers: type[M], within: float = DEADLINE_S
) -> M:
    """The answer to a GET; raises `Unreachable` or `NeighbourRefused`."""
    call = Call(neighbour, "GET", path, operation="mirror", deadline=within, retries=0)
    received = await lines.send(call)
    try:
        return decode(answers, received)
    except MalformedMessage as error:
        raise BrokenAnswer(str(error)) from error
