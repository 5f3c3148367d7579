"""Writing what a remote neighbour says into Order Sales' tables; the mirror is their only writer.

Runs in the caller's transaction. Rows that say the same already are not touched, so that
registers hear of real changes only.
"""

from collections.abc import Sequence
from datetime import date, datetime

import asyncpg

from app.wire.catalogue import Parameters, PricingRules, ProductBody
from app.wire.customers import CreditFigures, CustomerBody, CustomerStatistics
from server.customer_management import credit, customers
from server.data_maintenance import catalogue, stock
from server.reference.catalogue import ALWAYS, product_bodies


async def copy_customers(connection: asyncpg.Connection, bodies: Sequence[CustomerBody]) -> None:
    """Create or replace customers, without their accounts."""
    await customers.copy_customers(connection, bodies)


async def copy_accounts(
    connection: asyncpg.Connection,
    accounts: Sequence[CreditFigures],
    at: datetime,
    *,
    restart: bool = False,
) -> None:
    """Accounts as another server stated them at `at`; older statements than ours are passed over.

    With `restart` they are taken as they come. Customers that are not known here are left out.
    """
    ids = [account.customer_id for account in accounts]
    rows = await connection.fetch(
        """SELECT customer_id, coalesce(credit_version, 0) AS version
           FROM customers LEFT JOIN mirrored_customers USING (customer_id)
           WHERE customer_id = ANY($1)""",
        ids,
    )
    known = {row["customer_id"]: row["version"] for row in rows}
    newer = [
        a
        for a in accounts
        if a.customer_id in known and (restart or a.version >= known[a.customer_id])
    ]
    await credit.copy_accounts(connection, newer)
    await connection.executemany(
        """INSERT INTO mirrored_customers VALUES ($1, $2, $3) ON CONFLICT (customer_id)
           DO UPDATE SET (fetched_at, credit_version)
               = ROW(excluded.fetched_at, excluded.credit_version)""",
        [(account.customer_id, at, account.version) for account in newer],
    )


async def copy_statistics(
    connection: asyncpg.Connection, statistics: Sequence[tuple[str, CustomerStatistics]]
) -> None:
    """Create or replace the statistics of customers that are known here."""
    rows = await connection.fetch(
        "SELECT customer_id FROM customers WHERE customer_id = ANY($1)", [i for i, _ in statistics]
    )
    known = {row["customer_id"] for row in rows}
    await customers.save_statistics(connection, [s for s in statistics if s[0] in known])


async def copy_products(
    connection: asyncpg.Connection, bodies: Sequence[ProductBody], today: date
) -> None:
    """Create or replace products with price and stock; prices withdrawn there are gone here."""
    known = await product_bodies(connection, [body.product_id for body in bodies], today)
    for body in bodies:
        standing = known.get(body.product_id)
        since = _since(standing[1] if standing else None, body, today)
        await catalogue.save_products(connection, [body], since=since)
        await catalogue.keep_prices(
            connection, body.product_id, since, [p.effective_from for p in body.upcoming_prices]
        )
    await stock.copy_figures(connection, bodies)


async def retire_products(connection: asyncpg.Connection, kept: Sequence[str]) -> None:
    """Products that the neighbour no longer lists are not sold any more; orders still name them."""
    await connection.execute(
        "UPDATE products SET active = false WHERE active AND product_id <> ALL($1)", kept
    )


async def forget_customers(connection: asyncpg.Connection, kept: Sequence[str]) -> None:
    """Customers that the neighbour no longer has; orders keep what they were printed with."""
    await connection.execute(
        """DELETE FROM customers c WHERE NOT EXISTS (
               SELECT FROM unnest($1::text[]) AS k (id) WHERE k.id = c.customer_id)""",
        kept,
    )


async def copy_pricing_rules(connection: asyncpg.Connection, rules: PricingRules) -> None:
    """Replace the pricing rules."""
    await catalogue.save_pricing_rules(connection, rules)


async def copy_parameters(connection: asyncpg.Connection, parameters: Parameters) -> None:
    """Replace the parameters."""
    await catalogue.save_parameters(connection, parameters)


async def remove(connection: asyncpg.Connection, table: str, ids: Sequence[str]) -> None:
    """Delete rows of `customers`, `customer_statistics` or `products`."""
    key = "product_id" if table == "products" else "customer_id"
    await connection.execute(f"DELETE FROM {table} WHERE {key} = ANY($1)", ids)


def account_of(body: CustomerBody, as_of: datetime) -> CreditFigures:
    """The account as a customer's body states it."""
    return CreditFigures(
        customer_id=body.customer_id,
        credit_limit=body.credit_limit,
        credit_used=body.credit_used,
        credit_available=body.credit_available,
        on_hold=body.on_hold,
        hold_reason=body.hold_reason,
        overdue_amount=body.overdue_amount,
        days_overdue=body.days_overdue,
        version=0,
        as_of=as_of,
        affected_orders=body.affected_orders,
    )


def _since(standing: ProductBody | None, body: ProductBody, today: date) -> date:
    """From when the standard price holds: as said; else since it differs from the one we had."""
    if body.price_since is not None:
        return body.price_since
    if standing is None:
        return ALWAYS
    if standing.standard_price == body.standard_price:
        return standing.price_since or ALWAYS
    return today
