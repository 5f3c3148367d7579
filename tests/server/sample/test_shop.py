"""The sample shop is the same everywhere, looks real, and keeps the rules it is shown with."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from app.domain.addresses import zone_of
from app.domain.customers import PaymentTerms
from app.domain.numbers import OrderNumber
from app.domain.orders import DraftLine, OrderDraft, OrderStatus, PaymentMethod
from app.domain.phones import format_phone, parse_phone
from app.domain.pricing import quote
from app.domain.tax import is_tax_id
from app.wire import to_domain
from app.wire.codec import decode, encode
from app.wire.customers import CustomerBody
from app.wire.orders import OrderBody
from server.sample.shop import SampleCustomer, catalogue, generate

TODAY = date(2026, 7, 15)


@pytest.fixture(scope="module")
def shop() -> list[SampleCustomer]:
    return list(generate(1500, 7, TODAY))


def test_the_same_arguments_give_the_same_bytes(shop: list[SampleCustomer]) -> None:
    again = list(generate(1500, 7, TODAY))
    assert [encode(c.body) for c in again] == [encode(c.body) for c in shop]
    assert [encode(o) for c in again for o in c.orders] == [
        encode(o) for c in shop for o in c.orders
    ]


def test_another_seed_gives_another_shop(shop: list[SampleCustomer]) -> None:
    other = list(generate(1500, 8, TODAY))
    assert [c.body.customer_name for c in other[2:]] != [c.body.customer_name for c in shop[2:]]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 200])
def test_exactly_as_many_customers_as_asked(count: int) -> None:
    ids = [c.body.customer_id for c in generate(count, 7, TODAY)]
    assert len(ids) == len(set(ids)) == count


def test_the_customer_of_the_spec_comes_first(shop: list[SampleCustomer]) -> None:
    body = shop[0].body
    assert (body.customer_id, body.customer_name) == ("C000123", "王大明")
    assert body.phone_primary == "0912-345-678"
    assert (body.credit_limit, body.credit_used) == (Decimal("50000.00"), Decimal("12000.00"))
    assert body.delivery_addresses[0].full_address == "台北市信義區信義路五段7號"
    (special,) = body.special_prices
    assert (special.product_id, special.special_price) == ("P001", Decimal("820.00"))
    assert special.valid_until is not None
    assert special.valid_until >= TODAY


def test_the_order_of_the_spec_is_in_the_history(shop: list[SampleCustomer]) -> None:
    order = shop[0].orders[0]
    assert order.order_id == "O-20240125-000123"
    amounts = (order.goods, order.tax, order.delivery_fee, order.payable)
    assert [int(amount) for amount in amounts] == [1700, 85, 50, 1835]


def test_the_company_of_the_spec_has_a_valid_tax_id(shop: list[SampleCustomer]) -> None:
    body = shop[1].body
    assert body.customer_name == "大同股份有限公司"
    assert body.tax_id is not None
    assert is_tax_id(body.tax_id)


def test_every_made_up_tax_id_is_valid(shop: list[SampleCustomer]) -> None:
    tax_ids = [c.body.tax_id for c in shop[1:] if c.body.tax_id]
    assert len(tax_ids) > 50
    assert all(is_tax_id(tax_id) for tax_id in tax_ids)


def test_every_phone_is_a_number_of_taiwan(shop: list[SampleCustomer]) -> None:
    for phone in (p for c in shop for p in c.body.phones):
        assert parse_phone(phone.digits) == (phone.digits, "")
    assert all(c.body.phone_primary == format_phone(c.body.phones[0].digits) for c in shop)


def test_two_customers_share_a_phone(shop: list[SampleCustomer]) -> None:
    owners = Counter(p.digits for c in shop for p in c.body.phones)
    assert max(owners.values()) >= 2


def test_every_address_lies_in_its_zone(shop: list[SampleCustomer]) -> None:
    for address in (a for c in shop for a in c.body.delivery_addresses):
        assert zone_of(address.full_address) is address.zone
        assert len(address.postal_code) in {3, 5, 6}


def test_address_ids_are_unique(shop: list[SampleCustomer]) -> None:
    ids = [a.address_id for c in shop for a in c.body.delivery_addresses]
    assert len(ids) == len(set(ids))


def test_rare_characters_occur(shop: list[SampleCustomer]) -> None:
    names = "".join(c.body.customer_name for c in shop)
    assert set("堃喆") & set(names)
    assert any(character in names for character in "龘𣗳")


def test_every_credit_state_occurs(shop: list[SampleCustomer]) -> None:
    accounts = [c.credit for c in shop if c.body.payment_terms is not PaymentTerms.CASH]
    assert any(a.on_hold and a.days_overdue > 30 for a in accounts)
    assert any(a.credit_used > a.credit_limit for a in accounts)
    assert any(Decimal("0.9") <= a.credit_used / a.credit_limit <= 1 for a in accounts)
    assert any(a.credit_used < a.credit_limit / 2 for a in accounts)


def test_figures_agree_with_the_customer(shop: list[SampleCustomer]) -> None:
    for customer in shop:
        body, credit = customer.body, customer.credit
        assert body.customer_id == credit.customer_id
        assert credit.credit_available == credit.credit_limit - credit.credit_used
        assert (body.credit_limit, body.credit_used) == (credit.credit_limit, credit.credit_used)
        if body.payment_terms is PaymentTerms.CASH:
            assert credit.credit_limit == 0


def test_open_orders_on_account_are_within_the_used_credit(shop: list[SampleCustomer]) -> None:
    for customer in shop:
        reserved = sum(
            o.payable
            for o in customer.orders
            if o.status is OrderStatus.CONFIRMED and o.payment_method is PaymentMethod.MONTHLY
        )
        assert customer.credit.credit_used >= reserved


def test_only_account_customers_pay_monthly(shop: list[SampleCustomer]) -> None:
    for customer in shop:
        methods = {o.payment_method for o in customer.orders}
        if customer.body.payment_terms is PaymentTerms.CASH:
            assert PaymentMethod.MONTHLY not in methods


def test_order_numbers_are_unique_and_follow_the_clock(shop: list[SampleCustomer]) -> None:
    orders = sorted((o for c in shop for o in c.orders), key=lambda o: o.order_id)
    numbers = [OrderNumber.parse(o.order_id) for o in orders]
    assert len(set(numbers)) == len(numbers)
    assert all(n.business_date == o.order_date for n, o in zip(numbers, orders, strict=True))
    assert [o.taken_at for o in orders] == sorted(o.taken_at for o in orders)
    assert len({o.order_uid for o in orders}) == len(orders)
    assert {o.order_uid.version for o in orders} == {7}


def test_no_order_is_newer_than_yesterday_and_some_are_still_open(
    shop: list[SampleCustomer],
) -> None:
    orders = [o for c in shop for o in c.orders]
    assert max(o.order_date for o in orders) < TODAY
    for order in orders:
        assert order.delivery_date >= order.order_date
        assert (order.status is OrderStatus.CONFIRMED) == (order.delivery_date >= TODAY)
    assert any(o.status is OrderStatus.CONFIRMED for o in orders)


def test_every_order_adds_up(shop: list[SampleCustomer]) -> None:
    for order in (o for c in shop for o in c.orders):
        assert order.goods == sum(line.amount for line in order.lines)
        assert order.payable == (
            order.goods + order.tax + order.delivery_fee + order.deposits - order.residual_credit
        )
        assert order.goods >= 800


def test_the_rules_of_pricing_quote_every_order_the_same(shop: list[SampleCustomer]) -> None:
    goods = catalogue(TODAY)
    book = to_domain.price_book(goods.products, goods.pricing, goods.parameters)
    for customer in shop[1:]:
        buyer = to_domain.customer(customer.body)
        for order in customer.orders:
            priced = quote(draft_of(order), buyer, book, order.taken_at)
            assert priced.goods == order.goods
            assert priced.tax == order.tax
            assert priced.delivery_fee == order.delivery_fee
            assert priced.payable == order.payable


def draft_of(order: OrderBody) -> OrderDraft:
    return OrderDraft(
        uid=order.order_uid,
        customer_id=order.customer_id,
        opened_at=order.taken_at,
        delivery_date=order.delivery_date,
        lines=tuple(
            DraftLine(p.product_id, p.quantity, p.empties, p.deposits, p.residual_kg)
            for p in order.lines
        ),
        address_id=order.address_id,
        slot=order.time_slot,
        priority=order.priority,
        payment=order.payment_method,
        invoice_type=order.invoice_type,
        tax_id=order.tax_id,
    )


def test_customers_and_orders_survive_the_wire(shop: list[SampleCustomer]) -> None:
    for customer in shop[:100]:
        assert decode(CustomerBody, encode(customer.body)) == customer.body
        assert all(decode(OrderBody, encode(o)) == o for o in customer.orders)


def test_the_catalogue_holds_the_product_of_the_spec_and_next_months_price() -> None:
    goods = catalogue(TODAY)
    first = goods.products.products[0]
    assert (first.product_id, first.product_name) == ("P001", "20kg 瓦斯桶")
    assert (first.standard_price, first.deposit_amount) == (Decimal(850), Decimal(1500))
    assert first.upcoming_prices[0].effective_from == date(2026, 8, 1)
    assert {p.weight_kg for p in goods.products.products} == {2, 4, 10, 16, 18, 20, 50}


@pytest.mark.parametrize("today", [date(2024, 1, 26), date(2026, 12, 31), date(2027, 2, 28)])
def test_any_day_may_be_today(today: date) -> None:
    orders = [o for c in generate(300, 1, today) for o in c.orders]
    assert len({o.order_id for o in orders}) == len(orders)


def test_the_number_of_the_specs_order_is_given_once() -> None:
    orders = [o for c in generate(7000, 1, date(2024, 1, 26)) for o in c.orders]
    assert sum(o.order_id == "O-20240125-000123" for o in orders) == 1
    assert max(o.order_id for o in orders) > "O-20240125-000123"
