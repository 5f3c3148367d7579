"""The change feed over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.wire.registers import FEED_SCHEMA, ChangesPage, Role
from server.database.shop import snapshot_of
from server.feed.changes import page
from server.http.access import EVERYBODY, Allowed
from server.http.messages import answer, documented
from server.parts import parts_of

router = APIRouter(tags=["Sync"], dependencies=[Depends(Allowed(*EVERYBODY, Role.SERVICE))])


@router.get(
    "/v1/changes",
    summary="Changes after a position",
    **documented(ChangesPage, errors=(401, 409, 410, 422)),
)
async def changes(
    request: Request,
    epoch: Annotated[int, Query(description="The feed that the position belongs to.")],
    after: Annotated[int, Query(ge=0, description="The last position that was applied.")],
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    schema: Annotated[int, Query(ge=1, description="What the register understands.")] = FEED_SCHEMA,
) -> Response:
    """Rows changed after `after`, in commit order, cut at whole transactions.

    Only the last change of each row in the page is sent; `d` is the row as it is now.
    409 `EPOCH`: another feed (or one restored from a backup); 410 `SNAPSHOT_NEEDED`: too old.
    Both are answered by fetching a snapshot. A register of the version before this one names
    its `schema` and gets only what it understands.
    """
    async with snapshot_of(parts_of(request).pool) as connection:
        return answer(await page(connection, epoch, after, limit, schema))
