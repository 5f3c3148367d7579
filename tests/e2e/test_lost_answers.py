"""The office did its work and the counter never heard: one order, one reservation."""

from pathlib import Path

import pytest

from app.demo.waiting import until
from tests.e2e.broken_line import (
    Mangle,
    altered,
    broken_line,
    failed,
    swallowed,
    truncated,
)
from tests.e2e.counters import delivered, on_account, open_for_business, place
from tests.e2e.office import RealOffice


@pytest.mark.parametrize("mangle", [swallowed, truncated, altered, failed])
async def test_an_answer_lost_on_the_way_leaves_one_order_and_one_reservation(
    office: RealOffice, tmp_path: Path, mangle: Mangle
) -> None:
    async with (
        broken_line(office.port) as line,
        open_for_business(tmp_path / "counter", line.url) as counter,
    ):
        line.mangling = [mangle, mangle]
        placed = await place(counter, on_account(counter))
        await until(lambda: line.handled >= 2, "a second try", 20)
        await delivered(counter)
        assert line.handled == 3
    found = await office.orders(placed.order_uid)
    assert [(o.order_id, o.reservations) for o in found] == [(placed.order_id, 1)]
