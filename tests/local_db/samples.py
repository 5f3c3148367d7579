"""Customers, orders and snapshots to test with; the same call always gives the same value."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from app.domain.credit import CreditOutcome, CreditSource
from app.domain.customers import CustomerStatus, CustomerType, PaymentTerms, Zone
from app.domain.orders import InvoiceType, OrderStatus, PaymentMethod, Priority, TimeSlot
from app.wire.catalogue import (
    BusinessHoursBody,
    OrderSettings,
    Parameters,
    PricingRules,
    ProductBody,
)
from app.wire.codec import decode, encode
from app.wire.customers import (
    CreditFigures,
    CustomerBody,
    CustomerStatistics,
    DeliveryAddress,
    PhoneNumber,
    SpecialPrice,
)
from app.wire.orders import CreditEvidence, OrderBody, OrderLineBody
from app.wire.reference import APPLICATION_ID, SCHEMA_VERSION, feed_cursor
from app.wire.registers import Change, Entity
from local_db.changes import apply_changes
from local_db.reference_tables import statements

KEY = "5a" * 32
NOW = datetime(2026, 7, 2, 6, 0, tzinfo=UTC)
TODAY = date(2026, 7, 2)
EPOCH = 7


def customer(number: int = 1, **fields: Any) -> CustomerBody:
    """Customer C000001 and so on."""
    plain: dict[str, Any] = {
        "customer_id": f"C{number:06}",
        "customer_name": "王大明",
        "phone_primary": "0912-345-678",
        "tax_id": None,
        "customer_type": CustomerType.RESIDENTIAL,
        "credit_limit": Decimal(50000),
        "credit_used": Decimal(12000),
        "credit_available": Decimal(38000),
        "status": CustomerStatus.ACTIVE,
        "payment_terms": PaymentTerms.NET30,
        "delivery_addresses": (address("台北市信義區信義路五段7號3樓"),),
        "special_prices": (SpecialPrice(product_id="GAS20", special_price=Decimal("820.00")),),
        "phones": (PhoneNumber(digits="0912345678"), PhoneNumber(digits="0227208889", label="店")),
        "as_of": NOW,
    }
    return CustomerBody(**(plain | fields))


def address(text: str, number: int = 1) -> DeliveryAddress:
    """One delivery address; the first is the default."""
    return DeliveryAddress(
        address_id=number,
        address_type="01",
        full_address=text,
        postal_code="110",
        zone=Zone.NORTH,
        is_default=number == 1,
    )


def credit(number: int = 1, used: int = 12000, version: int = 1) -> CreditFigures:
    """The account of a customer with a limit of 50,000."""
    return CreditFigures(
        customer_id=f"C{number:06}",
        credit_limit=Decimal(50000),
        credit_used=Decimal(used),
        credit_available=Decimal(50000 - used),
        on_hold=False,
        hold_reason="",
        overdue_amount=Decimal(0),
        days_overdue=0,
        version=version,
        as_of=NOW,
    )


def statistics(day: date = date(2026, 6, 20)) -> CustomerStatistics:
    """Twelve orders, the last one on `day`."""
    return CustomerStatistics(
        last_order_date=day,
        total_orders_count=12,
        total_order_value=Decimal(21420),
        average_order_value=Decimal("1785.00"),
        favorite_products=("GAS20",),
    )


def order(number: int = 1, customer_number: int = 1, **fields: Any) -> OrderBody:
    """Two cylinders of 20 kg; the spec's 1,700 + 85 + 50."""
    line = OrderLineBody(
        product_id="GAS20",
        description="20公斤瓦斯",
        quantity=2,
        unit_price=Decimal("850.00"),
        amount=Decimal(1700),
        empties=2,
        deposits=0,
        deposit_amount=Decimal(0),
        residual_kg=Decimal(0),
        residual_credit=Decimal(0),
        weight_kg=20,
    )
    plain: dict[str, Any] = {
        "order_uid": UUID(int=number),
        "order_id": f"O-20260702-01{number:04}",
        "revision": 1,
        "status": OrderStatus.CONFIRMED,
        "customer_id": f"C{customer_number:06}",
        "customer_name": "王大明",
        "contact_phone": "0912345678",
        "address_id": 1,
        "delivery_address": "台北市信義區信義路五段7號3樓",
        "zone": Zone.NORTH,
        "order_date": TODAY,
        "delivery_date": TODAY,
        "time_slot": TimeSlot.AFTERNOON,
        "priority": Priority.NORMAL,
        "payment_method": PaymentMethod.MONTHLY,
        "invoice_type": InvoiceType.DUPLICATE,
        "tax_id": "",
        "note": "",
        "lines": (line,),
        "goods": Decimal(1700),
        "tax": Decimal(85),
        "delivery_fee": Decimal(50),
        "deposits": Decimal(0),
        "residual_credit": Decimal(0),
        "payable": Decimal(1835),
        "invoice_sales": Decimal(1700),
        "invoice_tax": Decimal(85),
        "price_version": "p1",
        "credit": CreditEvidence(outcome=CreditOutcome.APPROVED, source=CreditSource.LIVE),
        "clerk": "mei",
        "taken_at": NOW + timedelta(minutes=number),
    }
    return OrderBody(**(plain | fields))


def product(product_id: str = "GAS20", price: str = "850.00") -> ProductBody:
    """A cylinder that is exchanged for an empty one."""
    return ProductBody(
        product_id=product_id,
        product_name="20公斤瓦斯",
        product_size="20KG",
        standard_price=Decimal(price),
        track_inventory=True,
        available_quantity=100,
        reserved_quantity=3,
        requires_empty_return=True,
        deposit_amount=Decimal(1000),
        active=True,
        weight_kg=20,
    )


PRICING = PricingRules(
    volume_discounts=(),
    zone_delivery_fees={Zone.NORTH: Decimal(50)},
    time_slot_surcharges={},
)
PARAMETERS = Parameters(
    business_hours=BusinessHoursBody(
        weekday_start="08:00", weekday_end="18:00", saturday_start="08:00", saturday_end="12:00"
    ),
    order_settings=OrderSettings(
        minimum_order_value=Decimal(800),
        same_day_cutoff="14:00",
        advance_booking_days=30,
        cancellation_window_hours=4,
    ),
)


def changed(entity: Entity, row_id: str, body: Any, v: int = 1, pos: int = 1) -> Change:
    """A feed row as it comes off the wire; no body makes it a tombstone."""
    op = "D" if body is None else "U"
    change = Change(pos=pos, tx_last=True, e=entity, id=row_id, op=op, v=v, d=body)
    return decode(Change, encode(change))


def customer_change(body: CustomerBody, v: int = 1) -> Change:
    """A customer's row of the feed."""
    return changed(Entity.CUSTOMER, body.customer_id, body, v)


def order_change(body: OrderBody, v: int = 1) -> Change:
    """An order's row of the feed."""
    return changed(Entity.ORDER, str(body.order_uid), body, v)


def write_snapshot(path: Path, changes: Iterable[Change] = (), pos: int = 0) -> Path:
    """A plain snapshot file that has applied `changes` up to `pos`."""
    connection = dbapi2.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    for statement in statements():
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    engine = create_engine(
        "sqlite://", creator=lambda: connection, module=dbapi2, poolclass=StaticPool
    )
    with Session(engine) as session, session.begin():
        session.execute(feed_cursor.insert().values(k=1, epoch=EPOCH, pos=0, applied_at=0))
        apply_changes(session, tuple(changes), EPOCH, pos, NOW)
    engine.dispose()
    return path


_SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐"
_GIVEN = "志明俊傑建宏家豪淑芬美玲雅婷怡君冠宇承恩品妍文雄國華秀英麗珠金龍"
_ROADS = ("信義路", "忠孝東路", "仁愛路", "和平東路", "中山北路", "民生東路", "吳興街", "永吉路")


def many_customers(count: int, seed: int = 1) -> list[CustomerBody]:
    """Customers with names, numbers and addresses drawn from small sets, so that many collide."""
    draw = Random(seed)
    return [
        customer(
            number,
            customer_name=draw.choice(_SURNAMES) + draw.choice(_GIVEN) + draw.choice(_GIVEN),
            nickname=draw.choice(("", "", "老主顧", "巷口麵店")),
            tax_id=draw.choice((None, None, f"{draw.randrange(10**7, 10**8)}")),
            phones=tuple(
                PhoneNumber(digits=f"09{draw.randrange(10**8):08}")
                for _ in range(draw.choice((1, 1, 2)))
            ),
            delivery_addresses=(
                address(
                    f"臺北市信義區{draw.choice(_ROADS)}{draw.choice('一二三四五六')}段"
                    f"{draw.randrange(1, 200)}號{draw.randrange(2, 12)}樓"
                ),
            ),
            special_prices=(),
        )
        for number in range(1, count + 1)
    ]
