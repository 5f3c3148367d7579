"""Counters without a window, wired as the program wires them, and what a clerk does at them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from app.composition import Counter, build_counter, work
from app.config import BUNDLE, Settings
from app.demo.waiting import until
from app.domain.orders import DraftLine, PaymentMethod
from app.services.clock import Clock, system_clock
from app.services.orders import OrderInHand, PlacedOrder
from app.transport.trust import TrustFiles
from local_db.tables import DraftRow, OrderRow, OutboxRow, OutboxState

KNOWN = "C000123"  # 王大明, the customer of the spec's samples
DONE = (OutboxState.ACKED, OutboxState.CONFIRMED)


def settings_for(profile: Path, office_url: str) -> Settings:
    trust = TrustFiles(bundle=profile / BUNDLE)
    return Settings(office_url, profile, "front desk", demo=True, trust=trust)


@asynccontextmanager
async def at_work(
    profile: Path, office_url: str, clock: Clock = system_clock
) -> AsyncIterator[Counter]:
    """A counter that syncs; leaving it is a clean end of the program."""
    counter = build_counter(settings_for(profile, office_url), clock)
    working = asyncio.create_task(work(counter))
    try:
        yield counter
        assert not working.done(), "the counter stopped working"
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        counter.database.close()


@asynccontextmanager
async def open_for_business(
    profile: Path, office_url: str, clock: Clock = system_clock
) -> AsyncIterator[Counter]:
    """A counter with the demo clerk at it and a copy of the shop's data."""
    async with at_work(profile, office_url, clock) as counter:
        await counter.desks.session.sign_in("demo", "demo")
        await until(lambda: counter.database.has_reference, "the first copy")
        await until(lambda: counter.desks.office.status().bootstrap is None, "catching up")
        yield counter


async def prepare(profile: Path, office_url: str) -> None:
    """Leave a profile behind in which the demo clerk has signed in and the copy lies."""
    async with open_for_business(profile, office_url):
        pass


def draft(counter: Counter, customer_id: str = KNOWN, quantity: int = 1) -> OrderInHand:
    """An open order, kept on disk as the window keeps it; paid on delivery."""
    order = counter.desks.orders.start(customer_id)
    lines = (DraftLine("P001", quantity, quantity),)
    changed = replace(order.draft, lines=lines, payment=PaymentMethod.COD)
    order = order.with_draft(changed)
    counter.desks.orders.keep(order)
    return order


def on_account(counter: Counter, customer_id: str = KNOWN, quantity: int = 1) -> OrderInHand:
    """The same on account."""
    order = draft(counter, customer_id, quantity)
    order = order.with_draft(replace(order.draft, payment=PaymentMethod.MONTHLY))
    counter.desks.orders.keep(order)
    return order


async def place(counter: Counter, order: OrderInHand) -> PlacedOrder:
    """Ctrl+Enter."""
    return await counter.desks.orders.place(order, counter.desks.orders.quote(order))


def states(counter: Counter) -> list[OutboxState]:
    """The states of all messages, oldest first."""
    with counter.database.read() as session:
        return list(session.scalars(select(OutboxRow.state).order_by(OutboxRow.created_at)))


async def delivered(counter: Counter, timeout_s: float = 30.0) -> float:
    """Wait until the office has answered everything."""
    return await until(
        lambda: states(counter) and all(state in DONE for state in states(counter)),
        "an empty queue",
        timeout_s,
    )


def drafts(counter: Counter) -> int:
    with counter.database.read() as session:
        return session.scalar(select(func.count()).select_from(DraftRow)) or 0


def saved_orders(counter: Counter) -> list[tuple[object, str]]:
    """Identity and number of every order in the counter's own file."""
    with counter.database.read() as session:
        rows = session.execute(select(OrderRow.order_uid, OrderRow.order_id)).all()
        return [(row.order_uid, row.order_id) for row in rows]
