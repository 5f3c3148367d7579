"""Killed at any point around a save: one order or the draft, and every number once."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.composition import Counter
from local_db.tables import DraftRow
from tests.e2e.counters import at_work, delivered, draft, place, saved_orders
from tests.e2e.office import RealOffice

WRITES = 4  # the save, on its way, acknowledged, shown by the feed


async def die(profile: Path, office: RealOffice, write: int, moment: str) -> UUID:
    """Let a counter die there; the identity of the order that it was about to save."""
    command = ["-m", "tests.e2e.doomed", str(profile), office.url, str(write), moment]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode not in (0, 1), "it came to an end by itself"
    return UUID(said.decode().strip())


def kept_drafts(counter: Counter) -> set[UUID]:
    with counter.database.read() as session:
        return set(session.scalars(select(DraftRow.uid)))


@pytest.mark.parametrize("moment", ["BEFORE", "AFTER"])
async def test_a_counter_killed_around_a_save_has_the_order_once_or_still_the_draft(
    office: RealOffice, prepared: Path, moment: str
) -> None:
    begun = [await die(prepared, office, write, moment) for write in range(1, WRITES + 1)]
    async with at_work(prepared, office.url) as counter:
        await counter.desks.session.sign_in("demo", "demo")
        saved = dict(saved_orders(counter))
        assert set(saved) | kept_drafts(counter) == set(begun)
        assert not set(saved) & kept_drafts(counter)
        assert len(saved) == (WRITES - 1 if moment == "BEFORE" else WRITES)
        another = await place(counter, draft(counter))
        await delivered(counter)
        numbers = {*saved.values(), another.order_id}
        assert len(numbers) == len(saved) + 1
    found = await office.orders(*saved, another.order_uid)
    assert {order.order_id for order in found} == numbers
