"""Puts the sample shop into an empty database."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice

import asyncpg
from msgspec.structs import replace

from app.domain.hours import business_date
from app.domain.orders import OrderStatus, PaymentMethod
from app.wire.enums import CreditOperation
from app.wire.orders import OrderBody
from app.wire.registers import Role
from server.customer_management import credit, customers
from server.customer_management.credit import Entry
from server.data_maintenance import catalogue
from server.orders import stored as orders
from server.orders.statistics import save_openings
from server.sample.fleet import save_fleet, submit_open_orders
from server.sample.shop import SAMPLE_SEED, SampleCustomer, generate
from server.sample.shop import catalogue as sample_catalogue
from server.sample.tracks import save_tracks
from server.security.registers import save_shop
from server.security.users import User, add_sample_user

BATCH = 500
SAMPLE_USERS = (
    User("demo", "林小姐", Role.CLERK),
    User("boss", "陳經理", Role.SUPERVISOR),
)
ENDED = (OrderStatus.COMPLETED, OrderStatus.FAILED, OrderStatus.CANCELLED)


async def load_sample(connection: asyncpg.Connection, count: int) -> bool:
    """Fill the database with `count` customers; False when it holds a shop already."""
    if await connection.fetchval("SELECT 1 FROM customers LIMIT 1"):
        return False
    today = business_date(datetime.now(UTC))
    goods = sample_catalogue(today)
    async with connection.transaction():
        await save_shop(
            connection,
            name="幸福氣體有限公司",
            tax_id="04595257",
            address="台北市信義區信義路五段7號",
            phone="0227208889",
        )
        await catalogue.save_products(connection, goods.products.products)
        this_month = today.replace(day=1)
        await catalogue.save_products(connection, goods.products.products, since=this_month)
        await catalogue.save_pricing_rules(connection, goods.pricing)
        await catalogue.save_parameters(connection, goods.parameters)
        await save_fleet(connection)
        await save_tracks(connection, "04595257", datetime.now(UTC))
        for user in SAMPLE_USERS:
            await add_sample_user(connection, user)
    shop = generate(count, SAMPLE_SEED, today)
    batch = list(islice(shop, BATCH))
    while batch:
        # The next ones are made up while the database writes these.
        following = asyncio.create_task(asyncio.to_thread(lambda: list(islice(shop, BATCH))))
        async with connection.transaction():
            await _save(connection, batch)
        batch = await following
    return True


async def _save(connection: asyncpg.Connection, batch: Sequence[SampleCustomer]) -> None:
    opened = {c.body.customer_id: _open_on_account(c) for c in batch}
    await customers.save_customers(
        connection,
        [
            replace(
                c.body,
                credit_used=c.credit.credit_used
                - sum((o.payable for o in opened[c.body.customer_id]), Decimal(0)),
            )
            for c in batch
        ],
    )
    await customers.save_statistics(
        connection, [(c.body.customer_id, c.statistics) for c in batch if c.statistics]
    )
    past = [order for c in batch for order in c.orders]
    await orders.save_past_orders(connection, past)
    await save_openings(connection, filter(None, map(_opening, batch)))
    await submit_open_orders(connection, past)
    for customer_id, bodies in opened.items():
        for body in bodies:
            entry = Entry(
                CreditOperation.RESERVE, body.order_id, 1, int(body.payable), body.taken_at
            )
            await credit.post(connection, customer_id, entry)


def _opening(sample: SampleCustomer) -> tuple[str, int, int, date] | None:
    """What the customer ordered before the orders that are kept."""
    known = sample.statistics
    if known is None:
        return None
    done = [order for order in sample.orders if order.status is OrderStatus.COMPLETED]
    older = known.total_orders_count - len(done)
    if not older:
        return None
    value = known.total_order_value - sum((o.goods + o.tax for o in done), Decimal(0))
    first = min(order.order_date for order in sample.orders)
    return sample.body.customer_id, older, int(value), first


def _open_on_account(sample: SampleCustomer) -> list[OrderBody]:
    """Orders that still hold credit; what else is used up is the balance brought forward."""
    return [
        order
        for order in sample.orders
        if order.payment_method is PaymentMethod.MONTHLY and order.status not in ENDED
    ]
