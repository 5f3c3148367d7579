"""The timetable for people and programs (addition)."""

from datetime import UTC, datetime

from fastapi import APIRouter, Depends, Request, Response

from app.wire.schedules import Schedules
from server.http.access import EVERYBODY, Allowed
from server.http.messages import answer, documented
from server.jobs.schedules import standings
from server.parts import parts_of
from server.timetable import SCHEDULES

router = APIRouter(tags=["Operation"], dependencies=[Depends(Allowed(*EVERYBODY))])


@router.get(
    "/internal/schedules", summary="What runs by the clock", **documented(Schedules, errors=(401,))
)
async def schedules(request: Request) -> Response:
    """Each entry of the timetable: how its last run went, and when it is due again."""
    async with parts_of(request).pool.acquire() as connection:
        found = await standings(connection, SCHEDULES, datetime.now(UTC))
    return answer(Schedules(schedules=found))
