"""A definite no of a neighbour."""

import httpx
import msgspec

from app.transport.clocks import Clock
from app.transport.errors import Rejected, ServerFailed, StillWorking, SyncError
from app.transport.retry import RETRIED_STATUSES, retry_after
from app.wire.codec import MalformedMessage, decode
from app.wire.registers import Problem


class NeighbourRefused(Rejected):
    """The neighbour will not do it: its HTTP status, its code, and its sentence for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.problem = code
        self.message = message


def refusal(response: httpx.Response, clock: Clock) -> SyncError:
    """What an answer other than success means: to be repeated, or a definite no."""
    problem = _problem(response)
    status = response.status_code
    if status >= 500 or status in RETRIED_STATUSES or status in {401, 403}:
        # Who we are is a matter of settings: once mended, the same call goes through.
        return ServerFailed(status, problem.code, retry_after(response, clock.now()))
    if status == 409 and problem.code == "IN_PROGRESS":
        return StillWorking(problem.detail)
    return NeighbourRefused(status, problem.code, problem.detail)


def _problem(response: httpx.Response) -> Problem:
    try:
        return decode(Problem, response.content)
    except (MalformedMessage, msgspec.DecodeError):
        return Problem(code=f"HTTP_{response.status_code}", detail=response.text[:200])
