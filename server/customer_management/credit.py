"""The credit ledger: append-only entries, and one account row per customer that sums them up.

Every change locks the account row, so that two orders never take the same credit twice. See
docs/rules/credit-ledger.md.
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
from server.plausibility import check_id
from server.reference.credit import ACCOUNT_COLUMNS, account, figures, figures_of
from server.refusals import Conflict, Malformed, NotFound


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation on an account, `amount` in whole 元.

    Written once for each order, operation, revision and reference (the document behind it, where
    an order has several of a kind). `override_by` let a RESERVE pass beyond limit and hold.
    """

    operation: CreditOperation
    order_id: str
    revision: int
    amount: int
    at: datetime
    reference: str = ""
    override_by: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What one order holds of an account: promised to it, owed for it, and paid before its time.

    `paid` is the part of the promise that payments have released already.
    """

    reserved: int
    used: int
    paid: int = 0


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
    same key was written with another amount, or for another customer.
    """
    if await _is_written(connection, customer_id, entry):
        return await account(connection, customer_id)
    held = await held_by(connection, customer_id, entry.order_id)
    reserved, used = effect(entry.operation, entry.amount, held)
    await connection.execute(
        """INSERT INTO credit_entries (customer_id, order_id, operation, revision, reference,
               amount, reserved_change, used_change, at, override_by)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        *(customer_id, entry.order_id, entry.operation.value, entry.revision, entry.reference),
        *(entry.amount, reserved, used, entry.at, entry.override_by),
    )
    row = await connection.fetchrow(
        f"""UPDATE credit_accounts SET reserved = reserved + $2, used = used + $3
            WHERE customer_id = $1 RETURNING {ACCOUNT_COLUMNS}""",
        *(customer_id, reserved, used),
    )
    return figures_of(row)


def effect(operation: CreditOperation, amount: int, held: Held) -> tuple[int, int]:
    """What an operation adds to `reserved` and `used`, given what the order holds before it."""
    if operation is CreditOperation.RESERVE:
        return amount, 0
    promised = min(amount, held.reserved)
    if operation is CreditOperation.USE:
        return -promised, promised
    return -promised, -min(amount - promised, held.used)


async def held_by(connection: asyncpg.Connection, customer_id: str, order_id: str) -> Held:
    """What an order holds of a customer's account."""
    row = await connection.fetchrow(
        """SELECT coalesce(sum(reserved_change), 0)::bigint AS reserved,
                  coalesce(sum(used_change), 0)::bigint AS used,
                  coalesce(sum(CASE
                      WHEN operation = 'RELEASE' AND reference <> '' THEN -reserved_change
                      WHEN operation = 'RELEASE' THEN -reserved_change - used_change - amount
                      WHEN operation = 'USE' THEN used_change - amount
                      ELSE 0 END), 0)::bigint AS paid
           FROM credit_entries WHERE order_id = $1 AND customer_id = $2""",
        *(order_id, customer_id),
    )
    return Held(row["reserved"], row["used"], row["paid"])


async def outstanding(connection: asyncpg.Connection, order_id: str) -> int:
    """What an order still holds: reserved, and neither released nor used."""
    held = await connection.fetchval(
        "SELECT sum(reserved_change) FROM credit_entries WHERE order_id = $1", order_id
    )
    return int(held or 0)


async def apply_update(
    connection: asyncpg.Connection, customer_id: str, update: CreditUpdate
) -> CreditFigures:
    """`POST /internal/customers/{id}/credit`; raises `NotFound`, `Conflict` or `Malformed`."""
    if update.amount <= 0 or update.amount != whole(update.amount):
        raise Malformed("AMOUNT", "An amount of credit is whole 元, and more than none.")
    entry = Entry(
        update.operation,
        check_id(update.order_id, "order_id"),
        update.revision,
        int(update.amount),
        update.timestamp,
        check_id(update.reference, "reference") if update.reference else "",
        update.override_by[:64],
    )
    now = await lock_account(connection, customer_id)
    if not await _is_written(connection, customer_id, entry):
        await _check_allowed(connection, now, entry)
    return await post(connection, customer_id, entry)


async def set_hold(connection: asyncpg.Connection, customer_id: str, hold: CreditHold) -> None:
    """Begin or end a credit hold, with what is overdue; raises `NotFound` or `Malformed`.

    The same hold again changes nothing, and nobody is told anew.
    """
    overdue = hold.overdue_amount
    if overdue < 0 or overdue != whole(overdue) or not 0 <= hold.days_overdue <= 36_500:
        raise Malformed("OVERDUE", "What is overdue is whole 元 and days, neither below none.")
    orders = [check_id(order_id, "affected_orders") for order_id in hold.affected_orders[:500]]
    await lock_account(connection, customer_id)
    await connection.execute(
        """UPDATE credit_accounts SET on_hold = $2, hold_reason = $3, overdue_amount = $4,
                  days_overdue = $5, affected_orders = $6
           WHERE customer_id = $1
             AND (on_hold, hold_reason, overdue_amount, days_overdue, affected_orders)
               IS DISTINCT FROM ($2, $3, $4::bigint, $5::integer, $6::text[])""",
        *(customer_id, hold.hold_status is HoldStatus.ACTIVE, hold.hold_reason[:200]),
        *(int(overdue), hold.days_overdue, orders),
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
               INSERT INTO credit_entries (customer_id, order_id, operation, revision, amount,
                                           reserved_change, used_change, at)
               SELECT customer_id, 'OPENING-' || customer_id, 'OPENING', 1, amount, 0, amount, now()
               FROM opening
           )
           UPDATE credit_accounts a SET used = used + amount
           FROM opening WHERE a.customer_id = opening.customer_id""",
        [a.customer_id for a in opening],
        [int(a.credit_used) for a in opening],
    )


async def copy_accounts(connection: asyncpg.Connection, accounts: Sequence[CreditFigures]) -> None:
    """Accounts as another server states them, balance included; no entries are written."""
    rows = [_limits(a) | {"reserved": 0, "used": int(a.credit_used)} for a in accounts]
    await upsert(connection, "credit_accounts", ["customer_id"], rows)


def _limits(account_now: CreditFigures) -> dict[str, Any]:
    return {
        "customer_id": account_now.customer_id,
        "credit_limit": int(account_now.credit_limit),
        "on_hold": account_now.on_hold,
        "hold_reason": account_now.hold_reason,
        "overdue_amount": int(account_now.overdue_amount),
        "days_overdue": account_now.days_overdue,
        "affected_orders": account_now.affected_orders,
    }


async def _check_allowed(
    connection: asyncpg.Connection, account_now: CreditFigures, entry: Entry
) -> None:
    held = await held_by(connection, account_now.customer_id, entry.order_id)
    if entry.operation is CreditOperation.RESERVE:
        if not entry.override_by:
            _check_room(account_now, entry.amount)
        return
    # A payment gives back what is there; the order itself also what was paid before its time.
    paid = 0 if entry.reference else held.paid
    if entry.operation is CreditOperation.USE and entry.amount > held.reserved + paid:
        raise _not_held(entry, "reserved")
    if entry.amount > held.reserved + held.used + paid:
        raise _not_held(entry, "reserved or used")


def _check_room(account_now: CreditFigures, amount: int) -> None:
    if account_now.on_hold:
        raise Conflict("ON_HOLD", "The account is on hold; ask Account Management.")
    if amount > account_now.credit_available:
        raise Conflict(
            "OVER_LIMIT", f"Only {account_now.credit_available} is left of the credit limit."
        )


def _not_held(entry: Entry, kind: str) -> Conflict:
    return Conflict("NOT_RESERVED", f"Order {entry.order_id} has not that much {kind} credit.")


async def _is_written(connection: asyncpg.Connection, customer_id: str, entry: Entry) -> bool:
    """Whether the entry is in the ledger; raises `Conflict` when it has other contents there."""
    known = await connection.fetchrow(
        """SELECT customer_id, amount FROM credit_entries
           WHERE order_id = $1 AND operation = $2 AND revision = $3 AND reference = $4""",
        *(entry.order_id, entry.operation.value, entry.revision, entry.reference),
    )
    if known is not None and (known["customer_id"], known["amount"]) != (customer_id, entry.amount):
        raise Conflict(
            "ALREADY_WRITTEN",
            f"{entry.operation} of order {entry.order_id}, revision {entry.revision}, "
            "was written with other contents. Use a new revision.",
        )
    return known is not None
