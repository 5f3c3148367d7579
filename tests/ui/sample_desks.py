"""A small counter for the window: desks with fixed data and the real rules behind them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from app.domain.phones import format_phone
from app.services.calls import Call, CallsDesk, CallState, Lane
from app.services.documents import DocumentsDesk, PrintedDocuments
from app.services.office import (
    BootstrapProgress,
    LinkState,
    OfficeDesk,
    OfficeStatus,
    QueueItem,
)
from app.services.orders import UploadState
from app.services.preferences import PreferencesDesk
from app.services.session import OfficeOutOfReach, Role, SessionDesk, SignedIn, SignInRefused
from tests.ui.sample_customers import CUSTOMERS, NOW, TODAY, SampleCustomers, uid
from tests.ui.sample_orders import DAY, SampleOrders
from ui.desks import Desks
from ui.live import Live

# Every dataclass makes an __init__ of its own: neither a store nor an office is behind the desk.

CALM = OfficeStatus(
    link=LinkState.ONLINE, waiting=0, oldest_waiting=None, attention=1, prices_of=TODAY,
    data_age=timedelta(minutes=1), bootstrap=None, has_copy=True, cable_unplugged=False,
)  # fmt: skip
LOADING = BootstrapProgress("downloading", 8_600, 20_000, 23_100.0, timedelta(seconds=12))


@dataclass
class SampleCalls(CallsDesk):
    """Two lines; `ring` puts a call on one of them."""

    live: Live
    log: list[Call] = field(default_factory=list)

    def ring(self, digits: str, line: int = 1) -> Call:
        owner = next(
            (c for c in CUSTOMERS.values() if digits in [p.digits for p in c.phones]), None
        )
        call = Call(
            len(self.log) + 1, line, digits, format_phone(digits) if digits else "",
            owner.customer_id if owner else None, owner.name if owner else "",
            CallState.RINGING, NOW - timedelta(seconds=6),
        )  # fmt: skip
        self.log.append(call)
        self.live.hear(frozenset({"calls"}))
        return call

    def lanes(self) -> tuple[Lane, ...]:
        shown = (CallState.RINGING, CallState.ANSWERED)
        newest = {c.line: c for c in self.log if c.state in shown}
        return tuple(Lane(line, newest.get(line)) for line in (1, 2))

    def newest_ringing(self) -> Call | None:
        return next((c for c in self.log if c.state is CallState.RINGING), None)

    def answer(self, call_id: int) -> Call:
        return self._become(call_id, CallState.ANSWERED)

    def missed(self) -> tuple[Call, ...]:
        return tuple(c for c in self.log if c.state is CallState.MISSED)

    def miss(self, call_id: int) -> Call:
        return self._become(call_id, CallState.MISSED)

    def called_back(self, call_id: int) -> None:
        self._become(call_id, CallState.CALLED_BACK)

    def _become(self, call_id: int, state: CallState) -> Call:
        at = next(i for i, c in enumerate(self.log) if c.call_id == call_id)
        self.log[at] = replace(self.log[at], state=state)
        self.live.hear(frozenset({"calls"}))
        return self.log[at]


@dataclass
class SampleOffice(OfficeDesk):
    """The link and the queue, as told."""

    live: Live
    can_unplug: bool = True
    shown: OfficeStatus = CALM
    pushed: list[str] = field(default_factory=list)

    def status(self) -> OfficeStatus:
        return self.shown

    def tell(self, **changes: Any) -> None:
        self.shown = replace(self.shown, **changes)
        self.live.hear(frozenset({"office", "outbox"}))

    def queue(self) -> tuple[QueueItem, ...]:
        return tuple(
            QueueItem(
                uid(700 + n), r.order_uid, r.order_id, r.customer_name, "order.placed", r.upload,
                {UploadState.RETRYING: 3}.get(r.upload, 1), r.taken_at, r.next_attempt_at, r.reason,
            )
            for n, r in enumerate(sorted(DAY, key=lambda r: r.upload is not UploadState.ATTENTION))
            if r.upload is not None
        )  # fmt: skip

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        return lambda: None

    def send_now(self) -> None:
        self.pushed.append("all")

    def retry(self, msg_id: UUID) -> None:
        self.pushed.append(str(msg_id))

    def unplug(self, *, unplugged: bool) -> None:
        link = LinkState.OFFLINE if unplugged else LinkState.ONLINE
        self.tell(cable_unplugged=unplugged, link=link)


@dataclass
class SampleDocuments(DocumentsDesk):
    """Keeps no files; `problem` is what the printer says."""

    printed: list[tuple[UUID, bool]] = field(default_factory=list)
    printer: str = ""
    problem: str = ""

    async def print_order(self, order_uid: UUID, *, reprint: bool = False) -> PrintedDocuments:
        self.printed.append((order_uid, reprint))
        files = (Path("O-20260702-010014-slip.pdf"), Path("O-20260702-010014-a4.pdf"))
        return PrintedDocuments(order_uid, files, self.printer, self.problem)

    def files(self, order_uid: UUID) -> tuple[Path, ...]:
        return (Path("O-20260702-010014-slip.pdf"),)

    async def printers(self) -> tuple[str, ...]:
        return ("EPSON LQ-310", "HP LaserJet")

    def use_printer(self, name: str) -> None:
        self.printer = name


@dataclass
class SampleSession(SessionDesk):
    """One clerk, demo/demo; `out_of_reach` is what an unreachable office says."""

    current: SignedIn | None = None
    shop_name: str = "幸福氣體 信義店"
    register: int | None = 1
    out_of_reach: str = ""
    knows_clerk: bool = False

    async def sign_in(self, username: str, password: str) -> SignedIn:
        if self.out_of_reach and not self.knows_clerk:
            raise OfficeOutOfReach(self.out_of_reach)
        if (username, password) != ("demo", "demo"):
            raise SignInRefused(username)
        offline = bool(self.out_of_reach)
        self.current = SignedIn("demo", "陳小美", Role.CLERK, offline=offline)
        return self.current

    def sign_out(self) -> None:
        self.current = None


@dataclass
class SamplePreferences(PreferencesDesk):
    """Remembered in memory."""

    values: dict[str, str] = field(default_factory=dict)

    def get(self, name: str, default: str) -> str:
        return self.values.get(name, default)

    def set(self, name: str, value: str) -> None:
        self.values[name] = value


class SampleCounter:
    """All the desks, and the news between them."""

    def __init__(self) -> None:
        self.live = Live()
        self.customers = SampleCustomers()
        self.calls = SampleCalls(self.live)
        self.orders = SampleOrders(self.live, self.customers)
        self.office = SampleOffice(self.live)
        self.documents = SampleDocuments()
        self.session = SampleSession()
        self.preferences = SamplePreferences()

    def clock(self) -> datetime:
        return NOW

    @property
    def desks(self) -> Desks:
        return Desks(
            self.customers, self.calls, self.orders, self.office, self.documents,
            self.session, self.preferences, self.clock,
        )  # fmt: skip
