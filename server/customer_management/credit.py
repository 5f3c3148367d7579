"""The credit ledger: append-only entries, and one account row per customer that sums them up.

Every change locks the account row, so that two orders never take the same credit twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from app.domain.money import whole
from app.wire.customers import CreditFigures, CreditHold, CreditUpdate
from app.wire.enums import CreditOperation, HoldStatus
from server.database.rows import upsert
from server.reference.credit import ACCOUNT_COLUMNS, account, figures, figures_of
from server.refusals import Conflict, Malformed, NotFound

_EFFECT = {
    CreditOperation.RESERVE: "reserved = reserved + $2",
    CreditOperation.RELEASE: "reserved = reserved - $2",
    CreditOperation.USE: "reserved = reserved - $2, used = used + $2",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation on an account: `amount` in whole 元, idempotent on order, kind, revision."""

    operation: CreditOperation
    order_id: str
    revision: int
    amount: int
    at: datetime


async def lock_account(connection: asyncpg.Connection, customer_id: str) -> CreditFigures:
    """One account, locked until the transaction ends; raises `NotFound`."""
    row = await connection.fetchrow(
        f"SELECT {ACCOUNT_COLUMNS} FROM credit_accounts WHERE customer_id = $1 FOR UPDATE",
        customer_id,
    )
    if row is None:
        raise NotFound("UNKNOWN_CUSTOMER", f"There is no customer {customer_id}.")
    return figures_of(row)


async def post(connection: asyncpg.Connection, customer_id: str, entry: Entry) -> CreditFigures:
    """Write one entry and its effect; a repetition changes nothing.

    The caller holds the account's lock and has checked the limit. Raises `Conflict` when the
    same order, operation and revision was written with another amount.
    """
    written = await connection.fetchval(
        """INSERT INTO credit_entries (customer_id, order_id, operation, revision, amount, at)
           VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (order_id, operation, revision) DO NOTHING RETURNING 1""",
        *(customer_id, entry.order_id, entry.operation.value, entry.revision),
        *(entry.amount, entry.at),
    )
    if written is None:
        await _check_repetition(connection, customer_id, entry)
        return await account(connection, customer_id)
    row = await connection.fetchrow(
        f"""UPDATE credit_accounts SET {_EFFECT[entry.operation]}
            WHERE customer_id = $1 RETURNING {ACCOUNT_COLUMNS}""",
        *(customer_id, entry.amount),
    )
    return figures_of(row)


async def outstanding(connection: asyncpg.Connection, order_id: str) -> int:
    """What an order still holds: reserved, and neither released nor used."""
    held = await connection.fetchval(
        """SELECT sum(CASE operation WHEN 'RESERVE' THEN amount ELSE -amount END)
           FROM credit_entries WHERE order_id = $1 AND operation <> 'OPENING'""",
        order_id,
    )
    return int(held or 0)


async def apply_update(
    connection: asyncpg.Connection, customer_id: str, update: CreditUpdate
) -> CreditFigures:
    """`POST /internal/customers/{id}/credit`; raises `NotFound`, `Conflict` or `Malformed`."""
    if update.amount <= 0 or update.amount != whole(update.amount):
        raise Malformed("AMOUNT", "An amount of credit is whole 元, and more than none.")
    now = await lock_account(connection, customer_id)
    entry = Entry(
        update.operation, update.order_id, update.revision, int(update.amount), update.timestamp
    )
    known = await connection.fetchval(
        "SELECT 1 FROM credit_entries WHERE order_id=$1 AND operation=$2 AND revision=$3",
        *(entry.order_id, entry.operation.value, entry.revision),
    )
    if known is None:
        await _check_allowed(connection, now, entry)
    return await post(connection, customer_id, entry)


async def set_hold(connection: asyncpg.Connection, customer_id: str, hold: CreditHold) -> None:
    """Begin or end a credit hold; raises `NotFound`."""
    await lock_account(connection, customer_id)
    await connection.execute(
        """UPDATE credit_accounts SET on_hold = $2, hold_reason = $3, overdue_amount = $4,
                  days_overdue = $5
           WHERE customer_id = $1""",
        *(customer_id, hold.hold_status is HoldStatus.ACTIVE, hold.hold_reason),
        *(int(hold.overdue_amount), hold.days_overdue),
    )


async def save_accounts(connection: asyncpg.Connection, accounts: Sequence[CreditFigures]) -> None:
    """Create or replace limits and holds; a new account's used credit becomes its opening entry.

    The balance of an account that exists is left to the ledger.
    """
    known = set(await figures(connection, [a.customer_id for a in accounts]))
    await upsert(connection, "credit_accounts", ["customer_id"], [_limits(a) for a in accounts])
    opening = [a for a in accounts if a.credit_used > 0 and a.customer_id not in known]
    await connection.execute(
        """WITH opening AS (
               SELECT * FROM unnest($1::text[], $2::bigint[]) AS o (customer_id, amount)
           ), entries AS (
               INSERT INTO credit_entries (customer_id, order_id, operation, revision, amount, at)
               SELECT customer_id, 'OPENING-' || customer_id, 'OPENING', 1, amount, now()
               FROM opening
           )
           UPDATE credit_accounts a SET used = used + amount
           FROM opening WHERE a.customer_id = opening.customer_id""",
        [a.customer_id for a in opening],
        [int(a.credit_used) for a in opening],
    )


def _limits(account_now: CreditFigures) -> dict[str, Any]:
    return {
        "customer_id": account_now.customer_id,
        "credit_limit": int(account_now.credit_limit),
        "on_hold": account_now.on_hold,
        "hold_reason": account_now.hold_reason,
        "overdue_amount": int(account_now.overdue_amount),
        "days_overdue": account_now.days_overdue,
    }


async def _check_allowed(
    connection: asyncpg.Connection, account_now: CreditFigures, entry: Entry
) -> None:
    if entry.operation is CreditOperation.RESERVE:
        if account_now.on_hold:
            raise Conflict("ON_HOLD", "The account is on hold; ask Account Management.")
        if entry.amount > account_now.credit_available:
            raise Conflict(
                "OVER_LIMIT", f"Only {account_now.credit_available} is left of the credit limit."
            )
    elif entry.amount > await outstanding(connection, entry.order_id):
        raise Conflict(
            "NOT_RESERVED", f"Order {entry.order_id} does not hold that much reserved credit."
        )


async def _check_repetition(connection: asyncpg.Connection, customer_id: str, entry: Entry) -> None:
    known = await connection.fetchrow(
        """SELECT customer_id, amount FROM credit_entries
           WHERE order_id = $1 AND operation = $2 AND revision = $3""",
        *(entry.order_id, entry.operation.value, entry.revision),
    )
    if (known["customer_id"], known["amount"]) != (customer_id, entry.amount):
        raise Conflict(
            "ALREADY_WRITTEN",
            f"{entry.operation} of order {entry.order_id}, revision {entry.revision}, "
            "was written with other contents. Use a new revision.",
        )
