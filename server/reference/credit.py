"""Accounts as they stand, for everybody to read."""

from collections.abc import Sequence
from decimal import Decimal

import asyncpg

from app.wire.customers import CreditFigures
from server.refusals import NotFound

ACCOUNT_COLUMNS = """customer_id, credit_limit, reserved, used, on_hold, hold_reason,
              overdue_amount, days_overdue, affected_orders, version,
              credit_as_of(customer_id) AS as_of"""


async def figures(connection: asyncpg.Connection, ids: Sequence[str]) -> dict[str, CreditFigures]:
    """The accounts as they stand; customers without one are missing."""
    rows = await connection.fetch(
        f"SELECT {ACCOUNT_COLUMNS} FROM credit_accounts WHERE customer_id = ANY($1)", ids
    )
    return {row["customer_id"]: figures_of(row) for row in rows}


async def account(connection: asyncpg.Connection, customer_id: str) -> CreditFigures:
    """One account as it stands; raises `NotFound`."""
    found = await figures(connection, [customer_id])
    if customer_id not in found:
        raise NotFound("UNKNOWN_CUSTOMER", f"There is no customer {customer_id}.")
    return found[customer_id]


def figures_of(row: asyncpg.Record) -> CreditFigures:
    """The account in a row with the columns of `ACCOUNT_COLUMNS`."""
    used = row["reserved"] + row["used"]
    return CreditFigures(
        customer_id=row["customer_id"],
        credit_limit=Decimal(row["credit_limit"]),
        credit_used=Decimal(used),
        credit_available=Decimal(row["credit_limit"] - used),
        on_hold=row["on_hold"],
        hold_reason=row["hold_reason"],
        overdue_amount=Decimal(row["overdue_amount"]),
        days_overdue=row["days_overdue"],
        version=row["version"],
        as_of=row["as_of"],
        affected_orders=tuple(row["affected_orders"]),
    )
