"""Sample offices as real processes, and registers that are enrolled and have a copy."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import islice
from pathlib import Path

from app.composition import Counter, build_counter
from app.config import Settings
from app.demo.office_process import OfficeProcess
from app.domain.calendar import is_public_holiday
from app.domain.hours import TAIPEI
from app.domain.orders import PaymentMethod
from app.domain.pricing import Quote
from app.services.orders import OrderInHand
from app.transport.errors import Unreachable

ROOT = Path(__file__).resolve().parent.parent
CLERK = ("demo", "demo")

# Keys of registers that live for a minute do not belong into anybody's key store.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
# Windows that are measured do not flash up over somebody's work.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Off the screen, Qt warns of every window that it cannot size.
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder on the disk of the checkout: a temporary folder may be only memory."""
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build", prefix="bench-") as name:
        # PostgreSQL, which never runs as root, may enter; else it would keep its data elsewhere.
        Path(name).chmod(0o711)
        yield Path(name)


class Offices:
    """Sample offices by their number of customers, each started once; `async with` ends them."""

    def __init__(self) -> None:
        self._addresses: dict[int, str] = {}
        self._running = AsyncExitStack()

    async def of(self, customers: int) -> str:
        """The address of an office with that many customers."""
        if customers not in self._addresses:
            data = self._running.enter_context(folder())
            office = OfficeProcess(data, customers)
            self._running.push_async_callback(asyncio.to_thread, office.stop)
            self._addresses[customers] = await asyncio.to_thread(office.start)
        return self._addresses[customers]

    async def __aenter__(self) -> "Offices":
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self._running.aclose()


async def fill(counter: Counter) -> None:
    """Bootstrap; the office of a large shop may still be writing its first snapshot."""
    while not counter.database.has_reference:
        try:
            await counter.engine.bootstrap.run()
        except Unreachable:
            await asyncio.sleep(1)


@asynccontextmanager
async def register(
    office_url: str, profile: Path, person: tuple[str, str] = CLERK
) -> AsyncIterator[Counter]:
    """A counter without a window, signed in; its clock stands at ten on a working morning."""
    settings = Settings(office_url, profile, "bench")
    counter = build_counter(settings, working_morning)
    async with counter.stack.client:
        try:
            await counter.desks.session.sign_in(*person)
            yield counter
        finally:
            counter.database.close()


@asynccontextmanager
async def filled_register(office_url: str) -> AsyncIterator[Counter]:
    """A new counter that has the office's customers and prices."""
    with folder() as profile:
        async with register(office_url, profile) as counter:
            await fill(counter)
            yield counter


def drafts(counter: Counter, count: int) -> list[tuple[OrderInHand, Quote]]:
    """Orders of that many different customers who pay the driver, with their quotes."""
    customers = (f"C{serial:06}" for serial in range(1, 1_000_000))
    opened = (_draft(counter, customer_id) for customer_id in customers)
    return list(islice((draft for draft in opened if draft[1].is_orderable), count))


def _draft(counter: Counter, customer_id: str) -> tuple[OrderInHand, Quote]:
    opened = counter.desks.orders.start(customer_id)
    order = opened.with_draft(replace(opened.draft, payment=PaymentMethod.COD))
    return order, counter.desks.orders.quote(order)


def working_morning() -> datetime:
    """Ten o'clock of today or of the next working day, so that every hour of the day can bench."""
    today = datetime.now(TAIPEI).date()
    days = (today + timedelta(days=ahead) for ahead in range(15))
    day = next(day for day in days if day.weekday() < 5 and not is_public_holiday(day))
    return datetime.combine(day, time(10), TAIPEI)
