"""Whatever is written, in whatever order and however often: the ledger is the account."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any, ClassVar

import asyncpg
import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.wire.customers import CreditUpdate
from app.wire.enums import CreditOperation
from app.wire.registers import Role
from server.customer_management.credit import Held, apply_update, effect
from server.refusals import Conflict
from tests.conftest import Databases
from tests.server.conftest import Client
from tests.server.messages import CUSTOMER

PATH = f"/internal/customers/{CUSTOMER}/credit"
NOW = datetime(2024, 1, 25, 14, 30, tzinfo=UTC)
LIMIT = 1000
_customers = count(1)


@pytest.fixture
def machine(client: Client) -> httpx.AsyncClient:
    """Another module's machine."""
    return client(Role.SERVICE)


def entry(operation: str, amount: int, **changes: Any) -> dict[str, Any]:
    fresh = {
        "operation": operation,
        "amount": amount,
        "order_id": "O-20240125-000123",
        "timestamp": "2024-01-25T14:30:00Z",
    }
    return fresh | changes


async def test_the_page_of_rules_holds_line_by_line(machine: httpx.AsyncClient) -> None:
    before = int((await machine.get(PATH)).json()["credit_used"])
    told: list[tuple[dict[str, Any], int]] = [
        (entry("RESERVE", 1835), 1835),
        (entry("RESERVE", 1835), 1835),
        (entry("USE", 1735), 1835),
        (entry("RELEASE", 100), 1735),
        (entry("RELEASE", 1000, reference="RCP-1"), 735),
        (entry("RELEASE", 735, reference="RCP-2"), 0),
        (entry("RELEASE", 735, reference="RCP-2"), 0),
    ]
    for body, left in told:
        response = await machine.post(PATH, json=body)
        assert response.status_code == 200, response.text
        assert response.json()["credit_used"] - before == left
    refused = await machine.post(PATH, json=entry("RELEASE", 1, reference="RCP-3"))
    assert (refused.status_code, refused.json()["code"]) == (409, "NOT_RESERVED")


async def test_what_is_paid_before_delivery_need_not_be_used(machine: httpx.AsyncClient) -> None:
    before = int((await machine.get(PATH)).json()["credit_used"])
    told: list[tuple[dict[str, Any], int]] = [
        (entry("RESERVE", 1835), 1835),
        (entry("RELEASE", 1000, reference="RCP-1"), 835),
        (entry("USE", 1835), 835),
    ]
    for body, left in told:
        response = await machine.post(PATH, json=body)
        assert response.json()["credit_used"] - before == left
    refused = await machine.post(PATH, json=entry("USE", 1, revision=2))
    assert refused.json()["code"] == "NOT_RESERVED"


async def test_two_payments_of_the_same_amount_count_twice_and_each_once(
    machine: httpx.AsyncClient,
) -> None:
    before = int((await machine.get(PATH)).json()["credit_used"])
    await machine.post(PATH, json=entry("RESERVE", 1000))
    await machine.post(PATH, json=entry("USE", 1000))
    for reference in ("RCP-1", "RCP-1", "RCP-2", "RCP-2"):
        await machine.post(PATH, json=entry("RELEASE", 300, reference=reference))
    assert int((await machine.get(PATH)).json()["credit_used"]) == before + 400


async def test_a_supervisor_passes_limit_and_hold_and_is_named(machine: httpx.AsyncClient) -> None:
    left = int((await machine.get(PATH)).json()["credit_available"])
    assert (await machine.post(PATH, json=entry("RESERVE", left + 1))).status_code == 409
    let = await machine.post(PATH, json=entry("RESERVE", left + 1, override_by="boss"))
    assert let.json()["credit_available"] == -1
    newest = (await machine.get(f"{PATH}/entries", params={"limit": 1})).json()["entries"][0]
    assert (newest["override_by"], newest["reserved_change"]) == ("boss", left + 1)


async def test_eight_writers_never_exceed_the_limit_and_leave_a_ledger_that_adds_up(
    machine: httpx.AsyncClient, app: Any
) -> None:
    pool = app.state.parts.pool
    await pool.execute(
        "UPDATE credit_accounts SET credit_limit = reserved + used + 1000 WHERE customer_id = $1",
        CUSTOMER,
    )

    async def write(writer: int) -> None:
        for n in range(5):
            order_id = f"O-20240125-99{writer}{n:03}"
            body = entry("RESERVE", 300, order_id=order_id)
            figures = await machine.post(PATH, json=body)
            if figures.status_code == 200:
                assert figures.json()["credit_available"] >= 0
                ending = "USE" if n % 2 else "RELEASE"
                await machine.post(PATH, json=entry(ending, 300, order_id=order_id))

    await asyncio.gather(*(write(writer) for writer in range(8)))
    row = await pool.fetchrow(
        """SELECT credit_limit - reserved - used AS left, reserved, used,
                  sum(reserved_change)::bigint AS r, sum(used_change)::bigint AS u
           FROM credit_accounts JOIN credit_entries USING (customer_id)
           WHERE customer_id = $1 GROUP BY credit_accounts.customer_id""",
        CUSTOMER,
    )
    assert row["left"] >= 0
    assert (row["reserved"], row["used"]) == (row["r"], row["u"])


@pytest.mark.parametrize(
    ("operation", "amount", "held", "done"),
    [
        (CreditOperation.RESERVE, 5, Held(0, 0), (5, 0)),
        (CreditOperation.USE, 5, Held(7, 0), (-5, 5)),
        (CreditOperation.RELEASE, 5, Held(7, 0), (-5, 0)),
        (CreditOperation.RELEASE, 5, Held(2, 9), (-2, -3)),
        (CreditOperation.RELEASE, 5, Held(0, 9), (0, -5)),
        (CreditOperation.USE, 5, Held(2, 0, 3), (-2, 2)),
        (CreditOperation.RELEASE, 5, Held(1, 1, 3), (-1, -1)),
    ],
)
def test_a_release_takes_what_is_reserved_before_what_is_used(
    operation: CreditOperation, amount: int, held: Held, done: tuple[int, int]
) -> None:
    assert effect(operation, amount, held) == done


@pytest.fixture(scope="module")
def runner(databases: Databases) -> Iterator[tuple[asyncio.Runner, asyncpg.Connection]]:
    """A loop and a connection of this module's own, for examples that are not coroutines."""
    with asyncio.Runner() as loop:
        connection = loop.run(asyncpg.connect(databases.empty()))
        yield loop, connection
        loop.run(connection.close())


class Account(RuleBasedStateMachine):
    """One account against a model: orders with what they hold."""

    loop: ClassVar[asyncio.Runner]
    connection: ClassVar[asyncpg.Connection]

    def __init__(self) -> None:
        super().__init__()
        self.customer_id = f"M{next(_customers)}"
        self.held: dict[str, list[int]] = {}
        self.written: dict[tuple[str, str, int, str], int] = {}
        self.loop.run(self._open())

    async def _open(self) -> None:
        await self.connection.execute(
            "INSERT INTO customers (customer_id, name, customer_type, status, payment_terms) "
            "VALUES ($1, '', 'COMMERCIAL', 'ACTIVE', 'NET30')",
            self.customer_id,
        )
        await self.connection.execute(
            "INSERT INTO credit_accounts (customer_id, credit_limit) VALUES ($1, $2)",
            *(self.customer_id, LIMIT),
        )

    @rule(
        operation=st.sampled_from(CreditOperation),
        order=st.integers(1, 3),
        revision=st.integers(1, 2),
        reference=st.sampled_from(["", "RCP-1"]),
        amount=st.sampled_from([100, 300, 400, 700]),
    )
    def write(
        self,
        operation: CreditOperation,
        order: int,
        revision: int,
        reference: str,
        amount: int,
    ) -> None:
        order_id = f"{self.customer_id}-{order}"
        update = CreditUpdate(
            operation=operation,
            amount=Decimal(amount),
            order_id=order_id,
            timestamp=NOW,
            revision=revision,
            reference=reference,
        )
        try:
            self.loop.run(self._apply(update))
            was_taken = True
        except Conflict:
            was_taken = False
        key = (order_id, operation.value, revision, reference)
        if key in self.written:
            assert was_taken == (self.written[key] == amount)
        else:
            assert was_taken == self._fits(operation, order_id, reference, amount)
            if was_taken:
                self.written[key] = amount
                self._count(operation, order_id, reference, amount)

    async def _apply(self, update: CreditUpdate) -> None:
        async with self.connection.transaction():
            await apply_update(self.connection, self.customer_id, update)

    def _fits(self, operation: CreditOperation, order_id: str, reference: str, amount: int) -> bool:
        reserved, used, paid = self.held.get(order_id, [0, 0, 0])
        if operation is CreditOperation.RESERVE:
            return amount <= LIMIT - sum(held[0] + held[1] for held in self.held.values())
        ahead = 0 if reference else paid
        if operation is CreditOperation.USE:
            return amount <= reserved + ahead
        return amount <= reserved + used + ahead

    def _count(
        self, operation: CreditOperation, order_id: str, reference: str, amount: int
    ) -> None:
        held = self.held.setdefault(order_id, [0, 0, 0])
        promised = min(amount, held[0])
        if operation is CreditOperation.RESERVE:
            held[0] += amount
        elif operation is CreditOperation.USE:
            held[0] -= promised
            held[1] += promised
            held[2] -= amount - promised
        else:
            owed = min(amount - promised, held[1])
            held[0] -= promised
            held[1] -= owed
            held[2] += promised if reference else -(amount - promised - owed)

    @invariant()
    def the_account_is_the_sum_of_its_entries(self) -> None:
        row = self.loop.run(
            self.connection.fetchrow(
                """SELECT reserved, used, credit_limit - reserved - used AS left,
                       (SELECT coalesce(sum(reserved_change), 0) FROM credit_entries e
                        WHERE e.customer_id = a.customer_id)::bigint AS r,
                       (SELECT coalesce(sum(used_change), 0) FROM credit_entries e
                        WHERE e.customer_id = a.customer_id)::bigint AS u
                   FROM credit_accounts a WHERE customer_id = $1""",
                self.customer_id,
            )
        )
        assert (row["reserved"], row["used"]) == (row["r"], row["u"])
        assert row["reserved"] == sum(held[0] for held in self.held.values())
        assert row["used"] == sum(held[1] for held in self.held.values())
        assert row["left"] >= 0


def test_any_sequence_of_entries_leaves_an_account_that_is_their_sum(
    runner: tuple[asyncio.Runner, asyncpg.Connection],
) -> None:
    class Here(Account):
        loop, connection = runner

    few = settings(
        max_examples=40,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    run_state_machine_as_test(Here, settings=few)
