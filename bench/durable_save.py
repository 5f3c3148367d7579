"""Saving an order, from the clerk's key to durable, against writing and syncing the same bytes."""

import os
from typing import IO

from app.composition import Counter
from app.domain.pricing import Quote
from app.services.orders import OrderInHand
from bench.commands import command
from bench.figures import Figure, Size, awaited_milliseconds, milliseconds, p50_and_p99
from bench.shops import Offices, drafts, filled_register, folder
from local_db.tables import OrderRow, OutboxRow


async def measure(size: Size, offices: Offices) -> list[Figure]:
    """The desk's `place`: quote again, check, number, order, lines, outbox, commit."""
    async with filled_register(await offices.of(size.small)) as counter:
        with folder() as beside, (beside / "floor").open("ab", buffering=0) as file:
            pairs = [await _pair(counter, *draft, file) for draft in drafts(counter, size.rounds)]
    ours, floor = zip(*pairs, strict=True)
    return p50_and_p99("durable save of an order", ours, "write + fsync of its bytes", floor)


async def _pair(
    counter: Counter, order: OrderInHand, quoted: Quote, file: IO[bytes]
) -> tuple[float, float]:
    saved = await awaited_milliseconds(counter.desks.orders.place(order, quoted))
    with counter.database.read() as session:
        rows = (
            session.get_one(OrderRow, order.draft.uid),
            session.get_one(OutboxRow, order.draft.uid),
        )
        written = rows[0].body + rows[1].message
    return saved, milliseconds(lambda: _append(file, written))


def _append(file: IO[bytes], written: bytes) -> None:
    file.write(written)
    os.fsync(file.fileno())


if __name__ == "__main__":
    command(__doc__, measure)
