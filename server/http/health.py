"""Is the server alive? Open to everybody."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response

from app.wire.health import ServerHealth
from server.http.messages import answer, documented
from server.parts import parts_of

router = APIRouter(tags=["Health"])
_EXAMPLE = {"status": "ok", "epoch": 1, "head": 4711, "server_time": "2024-01-25T14:30:00Z"}


@router.get(
    "/v1/health",
    summary="Health",
    **documented(ServerHealth, errors=(), examples={"answer": _EXAMPLE}),
)
@router.head("/v1/health", include_in_schema=False)
async def health(request: Request) -> Response:
    """The head of the feed, and the server's time, from which registers measure their clock."""
    hub = parts_of(request).hub
    return answer(
        ServerHealth(status="ok", epoch=hub.epoch, head=hub.pos, server_time=datetime.now(UTC))
    )
