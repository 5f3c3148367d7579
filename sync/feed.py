"""Pulls the server's changes and applies them: rows and cursor together, in order, once."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.errors import BrokenAnswer, EpochChanged, SnapshotNeeded
from app.wire.registers import Change, ChangesPage, Entity
from local_db.cursors import Cursor, read_cursor
from local_db.database import Database
from local_db.reference import apply_changes
from sync.gateways.office import Office
from sync.snapshot import Bootstrap
from sync.state import BootstrapPhase, BootstrapProgress, SyncState

# Cost of one local transaction, in rows; a customer with its search index costs as much as ten.
BATCH = 200  # the loop is free again after some 10 ms
LARGEST_BATCH = 400  # a server transaction up to this cost is never split
PAGES_TOO_MANY = 20_000
SHOW_PROGRESS_FROM = 2_000
CURSOR_TABLE = "ref.feed_cursor"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one local transaction, and the cursor it ends with."""

    rows: tuple[Change, ...]
    to: int


def cost(row: Change) -> int:
    """What applying a row costs, in rows of the cheap kind."""
    return 10 if row.e is Entity.CUSTOMER else 1


def cut(rows: Sequence[Change], start: int, to: int) -> Iterator[Batch]:
    """Cut rows after `start` into batches of whole server transactions; the last one ends at `to`.

    A transaction larger than `LARGEST_BATCH` is split; the cursor then stays in front of it until
    its last part, so that a crash in between repeats it (applying is idempotent).
    """
    pending: list[Change] = []
    safe, spent = start, 0
    for index, row in enumerate(rows):
        pending.append(row)
        spent += cost(row)
        is_last = index == len(rows) - 1
        if row.tx_last or is_last:
            safe = to if is_last else row.pos
        full = spent >= BATCH and (row.tx_last or spent >= LARGEST_BATCH)
        if full or is_last:
            yield Batch(tuple(pending), safe)
            pending, spent = [], 0
    if not rows and to > start:
        yield Batch((), to)


def check(page: ChangesPage, cursor: Cursor) -> None:
    """Raise `BrokenAnswer` unless the page continues exactly where the cursor stands."""
    positions = [row.pos for row in page.rows]
    ordered = all(a < b for a, b in pairwise(positions))
    inside = not positions or (positions[0] > cursor.pos and positions[-1] <= page.to)
    if page.epoch != cursor.epoch or page.from_pos != cursor.pos or page.to < cursor.pos:
        raise BrokenAnswer(f"a page ({page.epoch}, {page.from_pos}] that does not fit {cursor}")
    if not (ordered and inside):
        raise BrokenAnswer(f"a page whose rows are not in order after {cursor.pos}")
    if not page.complete and page.to == cursor.pos:
        raise BrokenAnswer("a page that leads nowhere")


class Feed:
    """The one place that moves the cursor; at most one pull at a time."""

    def __init__(
        self,
        database: Database,
        office: Office,
        bootstrap: Bootstrap,
        state: SyncState,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._office = office
        self._bootstrap = bootstrap
        self._state = state
        self._clock = clock
        self._lock = asyncio.Lock()
        self._known: Cursor | None = None
        self._reached: Cursor | None = None
        database.listen(self._changed)

    @property
    def is_pulling(self) -> bool:
        """Whether a pull or bootstrap is under way, so that events must wait for its end."""
        return self._lock.locked()

    def cursor(self) -> Cursor | None:
        """How far the reference copy has applied the feed; None before the first bootstrap."""
        if self._known is None and self._database.has_reference:
            with self._database.read() as session:
                self._known = read_cursor(session)
        return self._known

    async def pull(self) -> None:
        """Apply everything up to the server's head; bootstraps when pages can not lead there.

        Raises `Unreachable` or `Rejected`; what was applied until then stays applied.
        """
        async with self._lock:
            if self.cursor() is None:
                await self._bootstrap.run()
            try:
                await self._pull_pages()
            except (EpochChanged, SnapshotNeeded):
                await self._bootstrap.run()
                await self._pull_pages()
            finally:
                self._state.progressed(None)

    def apply(self, changes: tuple[Change, ...], epoch: int) -> bool:
        """Apply one whole server transaction from the socket; False when a pull must do it."""
        cursor = self.cursor()
        fits = cursor is not None and (cursor.epoch, cursor.pos + 1) == (epoch, changes[0].pos)
        if self.is_pulling or not fits or sum(map(cost, changes)) > BATCH:
            return False
        self._store(Batch(changes, changes[-1].pos), epoch)
        return True

    async def _pull_pages(self) -> None:
        cursor = self.cursor()
        if cursor is None:
            raise SnapshotNeeded("there is no reference copy")
        first, started = cursor.pos, self._clock.monotonic()
        while True:
            page = await self._page(cursor)
            for batch in cut(page.rows, cursor.pos, page.to):
                self._store(batch, page.epoch)
                await asyncio.sleep(0)
            cursor = Cursor(page.epoch, page.to, self._clock.now())
            if page.complete:
                self._state.completed(self._clock.now())
                return
            self._show(page.to - first, page.head - first, self._clock.monotonic() - started)

    async def _page(self, cursor: Cursor) -> ChangesPage:
        asked = self._clock.monotonic()
        page = await self._office.changes(cursor.epoch, cursor.pos)
        now = self._clock.monotonic()
        self._state.sampled(page.server_time, self._clock.now(), now - asked)
        check(page, cursor)
        if page.head - cursor.pos > PAGES_TOO_MANY:
            raise SnapshotNeeded(f"{page.head - cursor.pos} changes behind")
        return page

    def _store(self, batch: Batch, epoch: int) -> None:
        now = self._clock.now()
        self._reached = Cursor(epoch, batch.to, now.replace(microsecond=0))
        try:
            with self._database.write_reference() as session:
                apply_changes(session, batch.rows, epoch, batch.to, now)
        finally:
            self._reached = None

    def _changed(self, tables: frozenset[str]) -> None:
        if CURSOR_TABLE in tables:
            # Our own transaction has just closed, or somebody else's: that one is read again.
            self._known = self._reached

    def _show(self, done: int, total: int, seconds: float) -> None:
        if total < SHOW_PROGRESS_FROM:
            return
        rate = done / seconds if seconds > 0 else 0.0
        self._state.progressed(
            BootstrapProgress(
                BootstrapPhase.CATCHING_UP, rows_done=done, rows_total=total, rate=rate
            )
        )
