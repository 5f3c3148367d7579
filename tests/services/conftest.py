"""A counter's store with the sample shop in it, and an office that answers as it is told."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlcipher3 import dbapi2

from app.domain.hours import TAIPEI
from app.services.calls import CallsDesk
from app.services.credit import CreditDesk
from app.services.customers import CustomersDesk
from app.services.office import OfficeDesk
from app.services.orders import OrdersDesk
from app.services.session import Role, SessionDesk, SignedIn, Station
from app.wire.accounts import OrderPayment
from app.wire.codec import encode
from app.wire.customers import CreditFigures
from app.wire.reference import APPLICATION_ID, SCHEMA_VERSION
from app.wire.registers import Change, Entity
from local_db.database import Database, prepare_reference
from local_db.identity import ensure_identity
from local_db.reference import apply_changes
from local_db.reference_tables import statements
from local_db.tables import RegisterRow
from server.sample.shop import catalogue, generate
from sync.gateways.office import Office
from sync.state import SyncState
from sync.transport.stack import OfficeStack, build_stack

KEY = "5e" * 32
MONDAY_TEN = datetime(2026, 11, 23, 10, 0, tzinfo=TAIPEI)


def answer(status: int, body: bytes) -> httpx.Response:
    """A whole JSON answer as the server sends it."""
    digest = base64.b64encode(sha256(body).digest()).decode()
    headers = {"content-type": "application/json", "content-digest": f"sha-256=:{digest}:"}
    return httpx.Response(status, stream=httpx.ByteStream(body), headers=headers)


@dataclass
class Watch:
    """A clock that a test sets."""

    now: datetime = MONDAY_TEN

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass
class OfficeLine:
    """What the network does: answers credit questions, or is cut."""

    figures: dict[str, CreditFigures] = field(default_factory=dict)
    is_cut: bool = False
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.is_cut:
            raise httpx.ConnectError("cut", request=request)
        self.asked.append(request.url.path)
        customer_id = request.url.path.split("/")[3]
        body = encode(self.figures[customer_id])
        return answer(200, body)


@dataclass
class Shop:
    """The desks over one real store."""

    database: Database
    clock: Watch
    line: OfficeLine
    state: SyncState
    stack: OfficeStack
    customers: CustomersDesk
    calls: CallsDesk
    session: SessionDesk
    orders: OrdersDesk
    office: OfficeDesk

    def state_credit(self, customer_id: str, **changes: Any) -> None:
        """Let the office and the copy say these credit figures."""
        figures = msgspec.structs.replace(self.line.figures[customer_id], **changes)
        figures = msgspec.structs.replace(figures, version=figures.version + 1)
        self.line.figures[customer_id] = figures
        _apply(self.database, [_change(1, Entity.CREDIT, customer_id, figures)], self.clock.now)

    def report(self, payment: OrderPayment) -> None:
        """Let the copy say what has been paid of an order."""
        change = _change(1, Entity.PAYMENT, str(payment.order_uid), payment)
        _apply(self.database, [change], self.clock.now)


def _change(pos: int, entity: Entity, key: str, body: Any) -> Change:
    plain = msgspec.json.decode(encode(body))
    version = getattr(body, "version", 1)
    return Change(pos=pos, tx_last=True, e=entity, id=key, op="U", v=version, d=plain)


def _apply(database: Database, changes: list[Change], now: datetime) -> None:
    with database.write_reference() as session:
        apply_changes(session, changes, epoch=1, to=1, applied_at=now)


@pytest.fixture(scope="session")
def sample_changes() -> list[Change]:
    today = MONDAY_TEN.date()
    goods = catalogue(today)
    changes = [
        _change(1, Entity.PRODUCT, product.product_id, product)
        for product in goods.products.products
    ]
    changes.append(_change(1, Entity.PRICING, "rules", goods.pricing))
    changes.append(_change(1, Entity.PARAMETERS, "parameters", goods.parameters))
    for customer in generate(60, 7, today):
        customer_id = customer.body.customer_id
        changes.append(_change(1, Entity.CUSTOMER, customer_id, customer.body))
        changes.append(_change(1, Entity.CREDIT, customer_id, customer.credit))
        changes += [
            _change(1, Entity.ORDER, str(order.order_uid), order) for order in customer.orders
        ]
    return changes


@pytest.fixture(scope="session")
def empty_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("snapshot") / "empty.db"
    connection = dbapi2.connect(str(path))
    for statement in statements():
        connection.execute(statement)
    connection.execute("INSERT INTO feed_cursor VALUES (1, 1, 0, 0)")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.commit()
    connection.close()
    return path


@pytest.fixture
def shop(tmp_path: Path, sample_changes: list[Change], empty_snapshot: Path) -> Iterator[Shop]:
    database = Database(tmp_path, KEY)
    database.adopt_reference(prepare_reference(tmp_path, KEY, empty_snapshot))
    clock, line, state = Watch(), OfficeLine(), SyncState()
    _apply(database, sample_changes, clock.now)
    line.figures = {
        change.id: msgspec.convert(change.d, CreditFigures)
        for change in sample_changes
        if change.e is Entity.CREDIT
    }
    yield _desks(database, clock, line, state)
    database.close()


def _desks(database: Database, clock: Watch, line: OfficeLine, state: SyncState) -> Shop:
    stack = build_stack("http://office.test", network=httpx.MockTransport(line))
    office = Office(stack.client)
    customers = CustomersDesk(database, state, clock)
    session = SessionDesk(database, office, stack.tokens, Station("test"), clock)
    _enrol(database)
    session.current = SignedIn("demo", "示範櫃檯", Role.CLERK, offline=False)
    credit = CreditDesk(database, office, state, clock)
    return Shop(
        database=database,
        clock=clock,
        line=line,
        state=state,
        stack=stack,
        customers=customers,
        calls=CallsDesk(database, customers, clock),
        session=session,
        orders=OrdersDesk(database, credit, session, clock),
        office=OfficeDesk(database, state, None, lambda: None, clock),
    )


def _enrol(database: Database) -> None:
    ensure_identity(database)
    with database.write() as transaction:
        row = transaction.get_one(RegisterRow, 1)
        row.register, row.install_epoch, row.shop_name = 1, 1, "幸福氣體"
