from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from app.domain.customers import CustomerStatus, PaymentTerms, Zone
from app.domain.orders import DraftLine, OrderStatus, PaymentMethod
from app.wire import to_domain
from app.wire.customers import PhoneNumber, SpecialPrice
from app.wire.registers import Change, Entity
from local_db import reference
from local_db.database import Database
from local_db.reference import apply_changes
from tests.local_db.samples import (
    EPOCH,
    NOW,
    TODAY,
    address,
    changed,
    credit,
    customer,
    customer_change,
    order,
    order_change,
    statistics,
)


def apply(database: Database, *changes: Change) -> None:
    with database.write_reference() as session:
        apply_changes(session, changes, EPOCH, 1, NOW)


def test_a_customer_read_back_is_the_customer_of_the_body(stocked: Database) -> None:
    body = customer(
        nickname="巷口麵店",
        tax_id="04595257",
        email="ming@example.tw",
        note="狗很兇",
        phones=(PhoneNumber(digits="0227208889", label="店", extension="12"),),
        delivery_addresses=(
            address("台北市信義區信義路五段7號"),
            address("新北市板橋區文化路20號", 2),
        ),
        special_prices=(
            SpecialPrice(
                product_id="GAS20",
                special_price=Decimal("819.50"),
                valid_from=date(2026, 1, 1),
                valid_until=date(2026, 12, 31),
            ),
        ),
    )
    apply(stocked, customer_change(body))
    with stocked.read() as session:
        read = reference.find_customer(session, body.customer_id)
    assert read == to_domain.customer(body)
    assert read is not None
    assert (read.status, read.payment_terms) == (CustomerStatus.ACTIVE, PaymentTerms.NET30)
    assert read.addresses[1].zone is Zone.NORTH


def test_an_unknown_customer_is_none_everywhere(stocked: Database) -> None:
    with stocked.read() as session:
        assert reference.find_customer(session, "C9") is None
        assert reference.credit_state(session, "C9") is None
        assert reference.customer_statistics(session, "C9") is None
        assert reference.find_order(session, UUID(int=9)) is None
        assert reference.last_orders(session, "C9") == ()
        assert reference.price_book(session) is None


def test_the_account_is_read_as_the_server_stated_it(stocked: Database) -> None:
    figures = credit(used=12_500)
    apply(stocked, changed(Entity.CREDIT, "C000001", figures))
    with stocked.read() as session:
        assert reference.credit_state(session, "C000001") == to_domain.credit_state(figures)


def test_statistics_are_read_as_they_were_counted(stocked: Database) -> None:
    apply(stocked, changed(Entity.STATISTICS, "C000001", statistics()))
    with stocked.read() as session:
        read = reference.customer_statistics(session, "C000001")
    assert read == reference.CustomerStatistics(
        date(2026, 6, 20), 12, Decimal(21420), Decimal("1785.00"), ("GAS20",)
    )


def test_an_order_is_read_with_its_lines(stocked: Database) -> None:
    body = order(payment_method=PaymentMethod.COD, status=OrderStatus.EN_ROUTE)
    apply(stocked, order_change(body))
    with stocked.read() as session:
        read = reference.find_order(session, body.order_uid)
    assert read is not None
    assert read.lines == (DraftLine("GAS20", 2, 2),)
    assert (read.status, read.payment) == (OrderStatus.EN_ROUTE, PaymentMethod.COD)
    assert (read.payable, read.taken_at) == (Decimal(1835), body.taken_at)


def test_orders_come_newest_first(stocked: Database) -> None:
    apply(stocked, *(order_change(order(n)) for n in (2, 1, 3)))
    apply(stocked, order_change(order(4, order_date=TODAY - timedelta(days=1))))
    with stocked.read() as session:
        last = reference.last_orders(session, "C000001", limit=2)
        day = reference.orders_of_day(session, TODAY)
    assert [o.order_uid.int for o in last] == [4, 3]
    assert [o.order_uid.int for o in day] == [3, 2, 1]


@pytest.mark.parametrize("digits", ["0227208889", "0912345678"])
def test_owners_of_a_number_come_by_their_last_order(stocked: Database, digits: str) -> None:
    apply(stocked, *(customer_change(customer(number)) for number in (1, 2)))
    apply(stocked, order_change(order(1, customer_number=1)))
    with stocked.read() as session:
        assert reference.customers_by_phone(session, digits) == ("C000001", "C000002")
        assert reference.customers_by_phone(session, digits[1:]) == ()
