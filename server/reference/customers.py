"""Customers and their statistics, as everybody may read them."""

from collections.abc import Sequence
from decimal import Decimal

import asyncpg

from app.domain.customers import CustomerStatus, CustomerType, PaymentTerms
from app.domain.money import from_cents
from app.domain.phones import format_phone
from app.wire.codec import decode
from app.wire.customers import (
    CustomerBody,
    CustomerStatistics,
    DeliveryAddress,
    PhoneNumber,
    SpecialPrice,
)

Versioned = dict[str, tuple[int, CustomerBody]]


# One question for everything: each further one would cost an order a third of a millisecond.
_BODIES = """
SELECT c.*, credit_as_of(c.customer_id) AS as_of, coalesce(credit_limit, 0) AS credit_limit,
    coalesce(reserved + used, 0) AS credit_used, coalesce(on_hold, false) AS on_hold,
    coalesce(hold_reason, '') AS hold_reason, coalesce(overdue_amount, 0) AS overdue_amount,
    coalesce(days_overdue, 0) AS days_overdue,
    coalesce(affected_orders, '{}') AS affected_orders,
    (SELECT coalesce(json_agg(p ORDER BY position), '[]') FROM customer_phones p
     WHERE p.customer_id = c.customer_id) AS phones,
    (SELECT coalesce(json_agg(a ORDER BY address_id), '[]') FROM customer_addresses a
     WHERE a.customer_id = c.customer_id) AS addresses,
    (SELECT coalesce(json_agg(s ORDER BY position), '[]') FROM (
         SELECT *, round(price_cents / 100.0, 2) AS special_price
         FROM customer_special_prices) s
     WHERE s.customer_id = c.customer_id) AS special_prices
FROM customers c LEFT JOIN credit_accounts USING (customer_id) WHERE customer_id = ANY($1)"""


async def customer_bodies(connection: asyncpg.Connection, ids: Sequence[str]) -> Versioned:
    """Version and body of each of these customers that exists."""
    rows = await connection.fetch(_BODIES, ids)
    return {row["customer_id"]: (row["version"], _body(row)) for row in rows}


async def search(
    connection: asyncpg.Connection, text: str, limit: int, after: str = ""
) -> tuple[str, ...]:
    """Ids after `after` of customers whose number, name or telephone contains the text.

    An empty text finds all of them.
    """
    rows = await connection.fetch(
        """SELECT customer_id FROM customers c
           WHERE customer_id > $4 AND ($1 = '' OR customer_id = upper($1)
              OR strpos(name, $1) > 0 OR strpos(nickname, $1) > 0
              OR (length($2) > 2 AND EXISTS (
                  SELECT FROM customer_phones p
                  WHERE p.customer_id = c.customer_id AND strpos(digits, $2) > 0)))
           ORDER BY customer_id LIMIT $3""",
        *(text.strip(), "".join(filter(str.isdigit, text)), limit, after),
    )
    return tuple(row["customer_id"] for row in rows)


async def statistics_bodies(
    connection: asyncpg.Connection, ids: Sequence[str]
) -> dict[str, tuple[int, CustomerStatistics]]:
    """Version and statistics of each of these customers that has some."""
    rows = await connection.fetch(
        "SELECT * FROM customer_statistics WHERE customer_id = ANY($1)", ids
    )
    return {
        row["customer_id"]: (
            row["version"],
            CustomerStatistics(
                last_order_date=row["last_order_date"],
                total_orders_count=row["total_orders_count"],
                total_order_value=Decimal(row["total_order_value"]),
                average_order_value=from_cents(row["average_order_value_cents"]),
                favorite_products=tuple(row["favorite_products"]),
            ),
        )
        for row in rows
    }


def _body(row: asyncpg.Record) -> CustomerBody:
    phones = decode(tuple[PhoneNumber, ...], row["phones"])
    used = row["credit_used"]
    return CustomerBody(
        customer_id=row["customer_id"],
        customer_name=row["name"],
        phone_primary=format_phone(phones[0].digits) if phones else "",
        tax_id=row["tax_id"],
        customer_type=CustomerType(row["customer_type"]),
        credit_limit=Decimal(row["credit_limit"]),
        credit_used=Decimal(used),
        credit_available=Decimal(row["credit_limit"] - used),
        status=CustomerStatus(row["status"]),
        payment_terms=PaymentTerms(row["payment_terms"]),
        delivery_addresses=decode(tuple[DeliveryAddress, ...], row["addresses"]),
        special_prices=decode(tuple[SpecialPrice, ...], row["special_prices"]),
        phones=phones,
        nickname=row["nickname"],
        email=row["email"],
        note=row["note"],
        on_hold=row["on_hold"],
        hold_reason=row["hold_reason"],
        overdue_amount=Decimal(row["overdue_amount"]),
        days_overdue=row["days_overdue"],
        as_of=row["as_of"],
        affected_orders=tuple(row["affected_orders"]),
    )
