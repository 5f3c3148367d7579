"""The copy by the spec's own paths, for a neighbour that has nothing else.

The catalogue as a whole; customers one by one, when somebody needs them (spec, Fallback
Strategies: a customer may be 5 minutes old, the catalogue is the last one that we have).
"""

from datetime import UTC, datetime, timedelta

import asyncpg
import structlog

from app.domain.hours import business_date
from app.transport.errors import Unreachable
from app.wire.catalogue import Parameters, PricingRules, Products
from app.wire.codec import MalformedMessage, decode
from app.wire.customers import CreditFigures, CustomerBody
from server.mirror.asking import ask
from server.mirror.copying import (
    account_of,
    copy_accounts,
    copy_customers,
    copy_parameters,
    copy_pricing_rules,
    copy_products,
    retire_products,
)
from server.mirror.standing import FEED, note_complete
from server.neighbours.lines import Lines
from server.neighbours.names import Neighbour
from server.neighbours.refusals import NeighbourRefused

FRESH = timedelta(minutes=5)
BUDGET_S = 1.5
_log = structlog.get_logger()


async def pull_catalogue(pool: asyncpg.Pool, lines: Lines) -> None:
    """Fetch products, rules and parameters, and save them together.

    Raises `Unreachable` or `NeighbourRefused`; then everything stays as it was.
    """
    asked_at = datetime.now(UTC)
    products = await ask(lines, Neighbour.DATA, "/internal/products", Products)
    rules = await ask(lines, Neighbour.DATA, "/internal/pricing/rules", PricingRules)
    parameters = await ask(lines, Neighbour.DATA, "/internal/parameters", Parameters)
    async with pool.acquire() as connection, connection.transaction():
        await copy_products(connection, products.products, business_date(asked_at))
        await retire_products(connection, [p.product_id for p in products.products])
        await copy_pricing_rules(connection, rules)
        await copy_parameters(connection, parameters)
        await note_complete(connection, Neighbour.DATA, asked_at, pulled=True)


async def pull_if_remote(pool: asyncpg.Pool, lines: Lines) -> None:
    """Fetch the catalogue where another server keeps it; nothing else to do here.

    Raises `Unreachable` or `NeighbourRefused`; then the copy stays in use.
    """
    if lines.is_remote(Neighbour.DATA):
        await pull_catalogue(pool, lines)


async def freshen_customer(pool: asyncpg.Pool, lines: Lines, customer_id: str) -> None:
    """See that the copy of a customer is at most 5 minutes old, where that can be had in time.

    Nothing happens while customers are our own or followed by the feed. A neighbour that does not
    answer within 1.5 s leaves the copy as it is; its age stays known.
    """
    if not lines.is_remote(Neighbour.CUSTOMERS) or not await _is_due(pool, customer_id):
        return
    try:
        await fetch_customer(pool, lines, customer_id)
    except (Unreachable, NeighbourRefused) as error:
        _log.info("a customer could not be fetched", error=type(error).__name__)


async def fetch_customer(pool: asyncpg.Pool, lines: Lines, customer_id: str) -> None:
    """Fetch one customer with its account; raises `Unreachable` or `NeighbourRefused`."""
    asked_at = datetime.now(UTC)
    path = f"/internal/customers/{customer_id}"
    body = await ask(lines, Neighbour.CUSTOMERS, path, CustomerBody, BUDGET_S)
    async with pool.acquire() as connection, connection.transaction():
        await copy_customers(connection, [body])
        await copy_accounts(connection, [account_of(body, asked_at)], asked_at)


async def keep_answer(pool: asyncpg.Pool, lines: Lines, customer_id: str, answer: bytes) -> None:
    """Take over what a remote neighbour answered to a movement of credit."""
    if lines.is_remote(Neighbour.CUSTOMERS):
        async with pool.acquire() as connection, connection.transaction():
            await note_answer(connection, customer_id, answer)


async def note_answer(connection: asyncpg.Connection, customer_id: str, answer: bytes) -> None:
    """The same in the caller's transaction; nothing while the accounts are our own.

    The spec does not say what is answered: without figures the customer is fetched again soon.
    """
    if not await connection.fetchval("SELECT 1 FROM mirrors WHERE neighbour = $1", _CUSTOMERS):
        return
    try:
        figures = decode(CreditFigures, answer)
    except MalformedMessage:
        await connection.execute(
            """INSERT INTO mirrored_customers VALUES ($1, NULL) ON CONFLICT (customer_id)
               DO UPDATE SET fetched_at = NULL""",
            customer_id,
        )
    else:
        await copy_accounts(connection, [figures], figures.as_of)


async def fetch_wanted(pool: asyncpg.Pool, lines: Lines) -> int:
    """Fetch customers whose accounts have moved; how many. Raises `Unreachable`."""
    wanted = await pool.fetch(
        "SELECT customer_id FROM mirrored_customers WHERE fetched_at IS NULL LIMIT 20"
    )
    for row in wanted:
        try:
            await fetch_customer(pool, lines, row["customer_id"])
        except NeighbourRefused as refusal:
            _log.warning("a customer is not there any more", code=refusal.problem)
            await pool.execute(
                "DELETE FROM mirrored_customers WHERE customer_id = $1", row["customer_id"]
            )
    return len(wanted)


async def _is_due(pool: asyncpg.Pool, customer_id: str) -> bool:
    due = await pool.fetchval(
        """SELECT protocol <> $2 AND NOT EXISTS (
               SELECT FROM mirrored_customers
               WHERE customer_id = $1 AND fetched_at > now() - $3::interval)
           FROM mirrors WHERE neighbour = $4""",
        *(customer_id, FEED, FRESH, _CUSTOMERS),
    )
    return bool(due)


_CUSTOMERS = Neighbour.CUSTOMERS.value
