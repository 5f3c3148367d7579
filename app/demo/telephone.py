"""The demonstration's telephone: customers of the sample shop ring from time to time."""

import asyncio
from random import Random

from sqlalchemy import select

from app.composition import Counter
from app.demo.waiting import until
from local_db.reference_tables import phones
from sync.gateways.phone_line import SimulatedLine

FIRST_CALLER = "0912345678"  # 王大明, the customer of the spec's samples
FIRST_COPY_S = 600.0
FIRST_RING_S = 4.0
PAUSE_S = (40.0, 90.0)
WITHHELD_EVERY = 8


async def ring_now_and_then(counter: Counter, line: SimulatedLine, lines: int) -> None:
    """Let the sample shop's customers ring, for ever; every eighth withholds the number."""
    chance = Random(FIRST_CALLER)
    await until(lambda: counter.database.has_reference, "the first copy", FIRST_COPY_S)
    await asyncio.sleep(FIRST_RING_S)
    line.ring(1, FIRST_CALLER)
    callers = _numbers(counter)
    calls = 1
    while True:
        await asyncio.sleep(chance.uniform(*PAUSE_S))
        calls += 1
        digits = None if calls % WITHHELD_EVERY == 0 else chance.choice(callers)
        line.ring(chance.randint(1, lines), digits)


def _numbers(counter: Counter) -> list[str]:
    with counter.database.read() as session:
        return list(session.scalars(select(phones.c.digits).order_by(phones.c.digits)))
