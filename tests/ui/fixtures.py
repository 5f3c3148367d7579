"""A small counter for the window: plain desks with fixed data and the real rules behind them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from app.domain.catalogue import ListPrice, PriceBook, Product, ShopParameters, Surcharge
from app.domain.credit import CreditDecision, CreditOutcome, CreditSource, RefusalReason
from app.domain.customers import (
    Address,
    Customer,
    CustomerStatus,
    CustomerType,
    PaymentTerms,
    Phone,
    SpecialPrice,
    Zone,
)
from app.domain.hours import TAIPEI
from app.domain.orders import DraftLine, OrderStatus, PaymentMethod, TimeSlot
from app.domain.phones import format_phone
from app.domain.pricing import Quote, quote
from app.domain.read_back import read_back
from app.domain.violations import Field, Rule, RuleViolation, Violation
from app.services.calls import Call, CallState, Lane
from app.services.customers import CreditView, CustomerCard, CustomerHit, PastOrder, Standing
from app.services.documents import PrintedDocuments
from app.services.office import BootstrapProgress, LinkState, OfficeStatus, QueueItem
from app.services.orders import OrderInHand, OrderSummary, PlacedOrder, UploadState
from app.services.presets import preset_draft
from app.services.session import OfficeOutOfReach, Role, SignedIn, SignInRefused
from ui.desks import Desks
from ui.live import Live

NOW = datetime(2026, 7, 2, 10, 12, tzinfo=TAIPEI)
TODAY = NOW.date()
MONEY = Decimal


def uid(number: int) -> UUID:
    return UUID(int=0x0198_0000_0000_7000_8000_0000_0000_0000 + number)


def _product(number: int, kilograms: int, deposit: int, available: int = 200) -> Product:
    return Product(
        f"P00{number}", f"{kilograms}kg 瓦斯桶", f"{kilograms}KG", kilograms,
        requires_empty_return=True, deposit=Decimal(deposit), available=available,
    )  # fmt: skip


PRODUCTS = (
    _product(1, 20, 1500),
    _product(2, 16, 1300),
    _product(3, 50, 3000),
    _product(4, 10, 1200),
    _product(5, 4, 1000, available=3),
)
PRICES = {"P001": 850, "P002": 690, "P003": 2050, "P004": 470, "P005": 230}
BOOK = PriceBook(
    version="2026-07-01",
    products={p.product_id: p for p in PRODUCTS},
    prices=tuple(ListPrice(k, Decimal(v), date(2026, 7, 1)) for k, v in PRICES.items()),
    volume_discounts=(),
    zone_fees={Zone.NORTH: MONEY(50), Zone.CENTRAL: MONEY(80), Zone.SOUTH: MONEY(100)},
    surcharges={Surcharge.URGENT: MONEY("1.5"), Surcharge.EVENING: MONEY("1.3")},
    parameters=ShopParameters(residual_price_per_kg=MONEY(35)),
)

WANG = Customer(
    "C-000312", "王大明", CustomerType.RESIDENTIAL, CustomerStatus.ACTIVE, PaymentTerms.CASH,
    phones=(Phone("0912345678", "手機"), Phone("0227208889", "家裡")),
    addresses=(
        Address(1, "臺北市信義區信義路五段7號3樓", Zone.NORTH, note="電梯需管理員開"),
        Address(2, "臺北市松山區八德路四段688號", Zone.NORTH),
    ),
    note="門鈴壞了，到了請打手機。",
)  # fmt: skip
NOODLES = Customer(
    "C-001024", "好味小吃店", CustomerType.COMMERCIAL, CustomerStatus.ACTIVE, PaymentTerms.NET30,
    phones=(Phone("0227001234", "店裡"), Phone("0933222111", "老闆娘")),
    addresses=(
        Address(11, "臺北市大安區復興南路一段219巷12號", Zone.NORTH, note="後門進"),
        Address(12, "新北市板橋區文化路二段182巷3號", Zone.CENTRAL),
    ),
    special_prices=(SpecialPrice("P001", MONEY(820)),), tax_id="22099104", nickname="阿珠",
)  # fmt: skip
FACTORY = Customer(
    "C-002210", "永豐金屬加工廠股份有限公司五股二廠", CustomerType.INDUSTRIAL,
    CustomerStatus.ACTIVE, PaymentTerms.NET60, phones=(Phone("0222991188", "總機", "215"),),
    addresses=(Address(21, "新北市五股區五權路28號", Zone.CENTRAL, is_default=True),),
    special_prices=(SpecialPrice("P003", MONEY(1980)),), tax_id="22099104",
)  # fmt: skip
CLOSED = Customer(
    "C-000099", "舊客戶林先生", CustomerType.RESIDENTIAL, CustomerStatus.INACTIVE,
    PaymentTerms.CASH, phones=(Phone("0955000111"),),
    addresses=(Address(31, "臺北市中山區長春路1號", Zone.NORTH),),
)  # fmt: skip
CUSTOMERS = {c.customer_id: c for c in (WANG, NOODLES, FACTORY, CLOSED)}
ITEMS = {"P001": "20kg", "P002": "16kg", "P003": "50kg", "P004": "10kg", "P005": "4kg"}


def past_order(number: int, customer: Customer, days: int, lines: tuple[DraftLine, ...],
               payable: int, status: OrderStatus = OrderStatus.COMPLETED) -> PastOrder:  # fmt: skip
    day = TODAY - timedelta(days=days)
    address = customer.addresses[0].full_address
    items = "、".join(f"{ITEMS[line.product_id]} ×{line.quantity}" for line in lines)
    return PastOrder(
        uid(number), f"O-{day:%Y%m%d}-01{number:04d}", NOW - timedelta(days=days), day,
        TimeSlot.AFTERNOON, status, lines, items, address, Decimal(payable),
    )  # fmt: skip


def _history() -> dict[str, tuple[PastOrder, ...]]:
    two = (DraftLine("P001", 2, 2),)
    mixed = (DraftLine("P001", 4, 4), DraftLine("P002", 2, 2))
    return {
        WANG.customer_id: tuple(
            past_order(100 + n, WANG, days, two, 1835) for n, days in enumerate((12, 26, 41, 55))
        ),
        NOODLES.customer_id: tuple(
            past_order(200 + n, NOODLES, days, mixed, 4943)
            for n, days in enumerate((5, 10, 16, 21, 27))
        ),
        FACTORY.customer_id: (
            past_order(300, FACTORY, 1, (DraftLine("P003", 6, 6),), 12554, OrderStatus.EN_ROUTE),
        ),
    }  # fmt: skip


def _credit(customer: Customer) -> CreditView:
    zero = MONEY(0)
    views = {
        NOODLES.customer_id: CreditView(
            Standing.GOOD, MONEY(50000), MONEY(12000), MONEY(1835), MONEY(36165),
            timedelta(minutes=2),
        ),
        FACTORY.customer_id: CreditView(
            Standing.ON_HOLD, MONEY(200000), MONEY(188000), zero, MONEY(12000),
            timedelta(minutes=2), "票據逾期，財務停供", MONEY(64500), 37,
        ),
    }  # fmt: skip
    cash = Standing.INACTIVE if customer is CLOSED else Standing.CASH_ONLY
    return views.get(customer.customer_id, CreditView(cash, zero, zero, zero, zero, None))


class SampleCustomers:
    """Four customers, found by anything they have."""

    def __init__(self) -> None:
        self.history = _history()

    def search(self, text: str, limit: int = 12) -> tuple[CustomerHit, ...]:
        tail = text.isdigit() and len(text) >= 4
        found = [
            c
            for c in CUSTOMERS.values()
            if text
            and (any(p.digits.endswith(text) for p in c.phones) if tail else text in _searched(c))
        ]
        return tuple(self._hit(c) for c in found[:limit])

    def by_phone(self, digits: str) -> tuple[CustomerHit, ...]:
        owners = [c for c in CUSTOMERS.values() if digits in [p.digits for p in c.phones]]
        return tuple(self._hit(c) for c in owners)

    def card(self, customer_id: str) -> CustomerCard | None:
        customer = CUSTOMERS.get(customer_id)
        if customer is None:
            return None
        past = self.history.get(customer_id, ())
        days = (TODAY - past[0].taken_at.date()).days if past else None
        return CustomerCard(
            customer, _credit(customer), past, days, 14 if past else None, len(past)
        )

    def _hit(self, customer: Customer) -> CustomerHit:
        phone = format_phone(customer.phones[0].digits)
        address = customer.addresses[0].full_address
        return CustomerHit(
            customer.customer_id, customer.name, customer.nickname, phone, address,
            customer.customer_type, _credit(customer).standing,
        )  # fmt: skip


def _searched(customer: Customer) -> str:
    parts = [customer.name, customer.nickname, customer.customer_id, customer.tax_id or ""]
    parts += [p.digits for p in customer.phones] + [a.full_address for a in customer.addresses]
    return " ".join(parts)


@dataclass
class SampleCalls:
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


APPROVED = CreditDecision(CreditOutcome.APPROVED, CreditSource.LIVE, MONEY(31222), timedelta())


@dataclass
class SampleOrders:
    """Quotes by the real rules; `refusal` is raised by the next `place`."""

    live: Live
    customers: SampleCustomers
    placed: list[OrderSummary] = field(default_factory=list)
    kept: list[OrderInHand] = field(default_factory=list)
    dropped: list[OrderInHand] = field(default_factory=list)
    doubles: tuple[OrderSummary, ...] = ()
    unfinished: OrderInHand | None = None
    refusal: Exception | None = None
    decision: CreditDecision = APPROVED
    now: datetime = NOW
    reasons: list[str] = field(default_factory=list)

    def start(self, customer_id: str) -> OrderInHand:
        card = self.customers.card(customer_id)
        if card is None:
            raise RuleViolation((Violation(Field.CUSTOMER, Rule.CUSTOMER_UNKNOWN),))
        last = card.last_orders[0] if card.last_orders else None
        number = uid(900 + len(self.placed) + len(self.dropped))
        return OrderInHand(
            preset_draft(card.customer, last, BOOK, number, self.now), card.customer, BOOK
        )

    def resume(self) -> OrderInHand | None:
        return self.unfinished

    def keep(self, order: OrderInHand) -> None:
        self.kept.append(order)

    def drop(self, order: OrderInHand) -> None:
        self.dropped.append(order)

    def quote(self, order: OrderInHand) -> Quote:
        return quote(order.draft, order.customer, order.book, self.now)

    def read_back(self, order: OrderInHand, quoted: Quote) -> str:
        return read_back(order.draft, quoted, order.customer)

    async def credit(self, order: OrderInHand, quoted: Quote) -> CreditDecision:
        return self.decision

    async def place(self, order: OrderInHand, shown: Quote) -> PlacedOrder:
        if self.refusal is not None:
            refusal, self.refusal = self.refusal, None
            raise refusal
        number = f"O-20260702-01{14 + len(self.placed):04d}"
        self.placed.append(summary_of(order, shown, number))
        self.live.hear(frozenset({"orders", "outbox"}))
        needs = order.draft.payment is PaymentMethod.MONTHLY
        free = CreditDecision(CreditOutcome.APPROVED, CreditSource.NOT_NEEDED)
        return PlacedOrder(order.draft.uid, number, shown.payable, self.decision if needs else free)

    def receive(self, at: int = 0) -> None:
        self.placed[at] = replace(self.placed[at], upload=UploadState.RECEIVED)
        self.live.hear(frozenset({"outbox"}))

    def similar(self, order: OrderInHand) -> tuple[OrderSummary, ...]:
        return self.doubles

    def today(self) -> date:
        return TODAY

    def of_day(self, day: date, text: str = "") -> tuple[OrderSummary, ...]:
        rows = [*reversed(self.placed), *DAY]
        return tuple(
            r for r in rows if text in f"{r.order_id} {r.customer_name} {r.address}"
        ) if day == TODAY else ()  # fmt: skip

    def cancel(self, order_uid: UUID, reason: str) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.reasons.append(reason)
        self.live.hear(frozenset({"orders", "outbox"}))


def summary_of(order: OrderInHand, quoted: Quote, number: str) -> OrderSummary:
    address = order.customer.address(order.draft.address_id)
    return OrderSummary(
        order_uid=order.draft.uid, order_id=number, taken_at=NOW,
        customer_id=order.customer.customer_id, customer_name=order.customer.name,
        address=address.full_address if address else "",
        items="、".join(f"{ITEMS[line.product_id]} ×{line.quantity}" for line in order.draft.lines),
        delivery_date=order.draft.delivery_date, slot=order.draft.slot,
        payment=order.draft.payment, payable=quoted.payable, status=OrderStatus.CONFIRMED,
        upload=UploadState.WAITING,
    )  # fmt: skip


def _listed(  # noqa: PLR0917  # one row of a table
    number: int, customer: Customer, minutes: int, items: str, payable: int,
    upload: UploadState | None, status: OrderStatus, reason: str = "",
) -> OrderSummary:  # fmt: skip
    retrying = upload is UploadState.RETRYING
    return OrderSummary(
        order_uid=uid(500 + number), order_id=f"O-20260702-01{number:04d}",
        taken_at=NOW - timedelta(minutes=minutes), customer_id=customer.customer_id,
        customer_name=customer.name, address=customer.addresses[0].full_address, items=items,
        delivery_date=TODAY + timedelta(days=number % 2), slot=list(TimeSlot)[number % 2],
        payment=PaymentMethod.MONTHLY if customer.has_account else PaymentMethod.COD,
        payable=Decimal(payable), status=status, upload=upload,
        next_attempt_at=NOW + timedelta(seconds=24) if retrying else None, reason=reason,
    )  # fmt: skip


_DONE, _OPEN = OrderStatus.COMPLETED, OrderStatus.CONFIRMED
DAY = (
    _listed(13, NOODLES, 4, "20kg ×4、16kg ×2", 4943, UploadState.WAITING, _OPEN),
    _listed(12, FACTORY, 11, "50kg ×6", 12554, UploadState.ATTENTION, OrderStatus.HELD,
            "信用額度不足：尚差 554 元"),
    _listed(11, WANG, 19, "20kg ×2", 1835, UploadState.RETRYING, _OPEN),
    _listed(10, NOODLES, 33, "20kg ×2", 1772, UploadState.RECEIVED, OrderStatus.DISPATCHED),
    _listed(9, WANG, 52, "4kg ×1、10kg ×1", 785, UploadState.RECEIVED, OrderStatus.EN_ROUTE),
    _listed(8, FACTORY, 74, "50kg ×2", 4208, None, _DONE),
    _listed(7, WANG, 96, "16kg ×1", 775, UploadState.RECEIVED, OrderStatus.CANCELLED),
    _listed(6, NOODLES, 118, "20kg ×3", 2633, UploadState.RECEIVED, _DONE),
)  # fmt: skip


CALM = OfficeStatus(
    link=LinkState.ONLINE, waiting=0, oldest_waiting=None, attention=1, prices_of=TODAY,
    data_age=timedelta(minutes=1), bootstrap=None, has_copy=True, cable_unplugged=False,
)  # fmt: skip


@dataclass
class SampleOffice:
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
class SampleDocuments:
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
class SampleSession:
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
class SamplePreferences:
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
        parts: Any = self
        return Desks(
            parts.customers, parts.calls, parts.orders, parts.office, parts.documents,
            parts.session, parts.preferences, parts.clock,
        )  # fmt: skip


LOADING = BootstrapProgress("downloading", 8_600, 20_000, 23_100.0, timedelta(seconds=12))
REFUSED = CreditDecision(
    CreditOutcome.REFUSED, CreditSource.LIVE, MONEY(1000), timedelta(), RefusalReason.OVER_LIMIT
)
