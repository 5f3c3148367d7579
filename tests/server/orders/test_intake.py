"""Each reported fact has its effect once, in order, in one transaction."""

import asyncio
from decimal import Decimal
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from app.domain.credit import CreditOutcome, CreditSource
from app.domain.orders import PaymentMethod
from app.wire.orders import CreditEvidence
from tests.server.messages import CUSTOMER, Lanes, cancellation, order
from tests.server.office import Office

ON_ACCOUNT = PaymentMethod.MONTHLY
HOLD = "UPDATE credit_accounts SET on_hold = true WHERE customer_id = $1"


async def upload(clerk: httpx.AsyncClient, parcel: tuple[bytes, str]) -> tuple[int, dict[str, Any]]:
    raw, key = parcel
    response = await clerk.post("/v1/outbox", content=raw, headers={"Idempotency-Key": key})
    return response.status_code, response.json()


async def test_an_order_on_account_takes_credit_and_stock(office: Office) -> None:
    before, (available, reserved) = await office.used(), await office.stock()
    body = order(payment_method=ON_ACCOUNT)
    answer = await office.accept(Lanes(), body)
    assert answer.order_status == "CONFIRMED"
    assert await office.used() == before + int(body.payable)
    pieces = sum(line.quantity for line in body.lines if line.product_id == "P001")
    assert await office.stock() == (available - pieces, reserved + pieces)


async def test_cash_takes_no_credit(office: Office) -> None:
    before = await office.used()
    await office.accept(Lanes(), order())
    assert await office.used() == before


async def test_the_same_payable_is_accepted_and_another_one_with_its_difference(
    office: Office,
) -> None:
    lanes = Lanes()
    first = await office.accept(lanes, order(1))
    fair = order(2)
    fair = replace(fair, payable=fair.payable + first.difference)
    second = await office.accept(lanes, fair)
    third = await office.accept(lanes, replace(order(3), payable=fair.payable + 100))
    assert (second.status, second.difference) == ("accepted", 0)
    assert (third.status, third.difference) == ("accepted_with_difference", Decimal(-100))


async def test_ten_copies_at_once_make_one_order_and_get_one_answer(
    clerk: httpx.AsyncClient, office: Office
) -> None:
    parcel = Lanes().parcel(order(payment_method=ON_ACCOUNT))
    results = await asyncio.gather(*(upload(clerk, parcel) for _ in range(10)))
    assert {status for status, _ in results} == {200}
    assert len({str(answer) for _, answer in results}) == 1
    orders = "SELECT count(*) FROM orders WHERE order_id LIKE '%-070001'"
    assert await office.pool.fetchval(orders) == 1
    reserved = (
        "SELECT count(*) FROM credit_entries WHERE operation = 'RESERVE' AND order_id LIKE $1"
    )
    assert await office.books.fetchval(reserved, "%-070001") == 1


async def test_the_key_of_another_message_is_refused(clerk: httpx.AsyncClient) -> None:
    raw, key = Lanes().parcel(order())
    await upload(clerk, (raw, key))
    status, problem = await upload(clerk, (raw.replace("信義".encode(), "松仁".encode()), key))
    assert (status, problem["code"]) == (422, "KEY_REUSED")


async def test_a_key_that_is_not_the_messages_own_is_refused(clerk: httpx.AsyncClient) -> None:
    raw, _ = Lanes().parcel(order())
    status, problem = await upload(clerk, (raw, "something else"))
    assert (status, problem["code"]) == (422, "KEY_MISMATCH")


@pytest.mark.parametrize("damage", [(b'"quantity":2', b'"quantity":"two"'), (b"{", b"[")])
async def test_a_malformed_message_is_refused_and_leaves_nothing(
    clerk: httpx.AsyncClient, app: Any, damage: tuple[bytes, bytes]
) -> None:
    raw, key = Lanes().parcel(order())
    status, problem = await upload(clerk, (raw.replace(*damage), key))
    assert (status, problem["code"]) == (422, "MALFORMED")
    assert await app.state.parts.pool.fetchval("SELECT count(*) FROM idempotency") == 0


@pytest.mark.parametrize(
    "damage",
    [
        (b'"quantity":2', b'"quantity":' + b"9" * 30),
        (b'"revision":1', b'"revision":99999999999'),
        (b'"amount":1700', b'"amount":1e400'),
        (b'"amount":1700', b'"amount":"NaN"'),
        ("信義".encode(), b"\\u0000"),
        (b'"lane_seq":1', b'"lane_seq":9999999999999999999999'),
        (b'"taken_at":"20', b'"taken_at":"00'),
    ],
)
async def test_what_no_shop_can_mean_is_refused_for_good(
    clerk: httpx.AsyncClient, damage: tuple[bytes, bytes]
) -> None:
    raw, key = Lanes().parcel(order())
    assert damage[0] in raw
    status, problem = await upload(clerk, (raw.replace(*damage), key))
    assert (status, problem["code"]) in {(422, "IMPLAUSIBLE"), (422, "MALFORMED")}


async def test_a_gap_in_a_lane_names_the_message_that_is_expected(
    clerk: httpx.AsyncClient, app: Any
) -> None:
    lanes = Lanes()
    await upload(clerk, lanes.parcel(order(1)))
    lanes.last[CUSTOMER] = 4
    status, gap = await upload(clerk, lanes.parcel(order(2)))
    assert (status, gap["code"], gap["expected"]) == (409, "LANE_GAP", 2)
    lanes.last[CUSTOMER] = 1
    assert (await upload(clerk, lanes.parcel(order(2))))[0] == 200
    assert await app.state.parts.pool.fetchval("SELECT count(*) FROM idempotency") == 2


async def test_a_lane_number_that_was_used_names_the_next_free_one(
    clerk: httpx.AsyncClient,
) -> None:
    lanes = Lanes()
    await upload(clerk, lanes.parcel(order(1)))
    lanes.last[CUSTOMER] = 0
    status, gap = await upload(clerk, lanes.parcel(order(2)))
    assert (status, gap["code"], gap["expected"]) == (409, "LANE_REUSED", 2)


async def test_a_gap_in_one_lane_stops_no_other_lane(office: Office) -> None:
    lanes = Lanes(last={CUSTOMER: 7})
    other = replace(order(2), customer_id="C000124")
    assert (await office.accept(lanes, other)).order_status == "CONFIRMED"


async def test_two_orders_that_fit_only_once_are_accepted_once(office: Office) -> None:
    await office.books.execute(
        "UPDATE credit_accounts SET credit_limit = reserved + used + 2000 WHERE customer_id = $1",
        CUSTOMER,
    )
    bodies = [order(n, payment_method=ON_ACCOUNT) for n in range(1, 9)]
    answers = await asyncio.gather(*(office.accept(Lanes(), body) for body in bodies))
    assert sorted(str(a.order_status) for a in answers) == ["CONFIRMED", *["HELD"] * 7]
    assert {a.reason for a in answers if a.order_status == "HELD"} == {"CREDIT"}


async def test_a_held_order_is_kept_and_takes_nothing(office: Office) -> None:
    await office.books.execute(
        "UPDATE credit_accounts SET on_hold = true WHERE customer_id = $1", CUSTOMER
    )
    before, stock_before = await office.used(), await office.stock()
    body = order(payment_method=ON_ACCOUNT)
    answer = await office.accept(Lanes(), body)
    assert (answer.status, answer.reason, answer.detail) == ("held", "CREDIT", "ON_HOLD")
    assert (await office.used(), await office.stock()) == (before, stock_before)
    status = await office.pool.fetchval(
        "SELECT status FROM orders WHERE order_uid = $1", body.order_uid
    )
    assert status == "HELD"


@pytest.mark.parametrize(("approver", "status"), [("boss", "CONFIRMED"), ("demo", "HELD")])
async def test_only_a_supervisor_lets_an_order_through_a_hold(
    office: Office, approver: str, status: str
) -> None:
    await office.books.execute(
        "UPDATE credit_accounts SET on_hold = true WHERE customer_id = $1", CUSTOMER
    )
    evidence = CreditEvidence(
        outcome=CreditOutcome.APPROVED, source=CreditSource.SUPERVISOR, override_by=approver
    )
    body = order(payment_method=ON_ACCOUNT, credit=evidence, clerk="mei")
    assert (await office.accept(Lanes(), body)).order_status == status


async def test_nobody_overrides_the_own_order(office: Office) -> None:
    await office.books.execute(
        "UPDATE credit_accounts SET on_hold = true WHERE customer_id = $1", CUSTOMER
    )
    evidence = CreditEvidence(
        outcome=CreditOutcome.APPROVED, source=CreditSource.SUPERVISOR, override_by="boss"
    )
    body = order(payment_method=ON_ACCOUNT, credit=evidence, clerk="boss")
    assert (await office.accept(Lanes(), body)).order_status == "HELD"


async def test_what_the_office_does_not_know_is_held_with_the_reason(office: Office) -> None:
    lanes = Lanes()
    stranger = await office.accept(lanes, replace(order(1), customer_id="C999999"))
    body = order(2)
    lines = (replace(body.lines[0], product_id="P999"),)
    novelty = await office.accept(lanes, replace(body, lines=lines))
    assert (stranger.reason, novelty.reason) == ("UNKNOWN_CUSTOMER", "UNKNOWN_PRODUCT")


async def test_a_number_that_another_order_bears_is_held_and_kept(office: Office) -> None:
    lanes = Lanes()
    first = await office.accept(lanes, order(1))
    second = await office.accept(lanes, order(1))
    assert (first.order_status, second.status, second.reason) == ("CONFIRMED", "held", "DUP_NUMBER")
    assert (
        await office.pool.fetchval("SELECT count(*) FROM orders WHERE order_id LIKE '%-070001'")
        == 2
    )


async def test_two_registers_with_one_number_at_once_leave_one_confirmed(
    office: Office,
) -> None:
    answers = await asyncio.gather(*(office.accept(Lanes(), order(1)) for _ in range(6)))
    assert sorted(str(a.order_status) for a in answers) == ["CONFIRMED", *["HELD"] * 5]


async def test_a_known_order_under_a_new_key_changes_nothing(office: Office) -> None:
    lanes, body = Lanes(), order(payment_method=ON_ACCOUNT)
    await office.accept(lanes, body)
    after_first = await office.used(), await office.stock()
    again = await office.accept(lanes, body)
    assert (again.status, again.order_status) == ("accepted", "CONFIRMED")
    assert (await office.used(), await office.stock()) == after_first


async def test_a_later_revision_replaces_what_the_order_holds(office: Office) -> None:
    lanes, body = Lanes(), order(payment_method=ON_ACCOUNT)
    before, stock_before = await office.used(), await office.stock()
    await office.accept(lanes, body)
    line = replace(body.lines[0], quantity=1)
    smaller = replace(body, revision=2, lines=(line,), payable=Decimal(900))
    await office.accept(lanes, smaller)
    assert await office.used() == before + 900
    assert await office.stock() == (stock_before[0] - 1, stock_before[1] + 1)


async def test_a_cancellation_gives_everything_back_once(office: Office) -> None:
    lanes, body = Lanes(), order(payment_method=ON_ACCOUNT)
    before, stock_before = await office.used(), await office.stock()
    await office.accept(lanes, body)
    for _ in range(2):
        answer = await office.accept(lanes, cancellation(body))
        assert (answer.status, answer.order_status) == ("accepted", "CANCELLED")
    assert (await office.used(), await office.stock()) == (before, stock_before)


async def test_an_unknown_order_can_not_be_cancelled(office: Office) -> None:
    answer = await office.accept(Lanes(), cancellation(order()))
    assert (answer.status, answer.reason) == ("rejected", "UNKNOWN_ORDER")


async def test_an_order_that_is_out_can_not_be_cancelled(office: Office) -> None:
    lanes, body = Lanes(), order()
    await office.accept(lanes, body)
    await office.pool.execute("UPDATE orders SET status = 'COMPLETED'")
    answer = await office.accept(lanes, cancellation(body))
    assert (answer.status, answer.reason) == ("rejected", "TOO_LATE")


async def test_the_ledger_adds_up_to_the_account_after_everything(office: Office) -> None:
    lanes = Lanes()
    bodies = [order(n, payment_method=ON_ACCOUNT) for n in range(1, 6)]
    for body in bodies:
        await office.accept(lanes, body)
    await office.accept(lanes, cancellation(bodies[2]))
    await office.settle()
    wrong = await office.books.fetch(
        """SELECT a.customer_id FROM credit_accounts a LEFT JOIN (
               SELECT customer_id, sum(CASE operation WHEN 'RELEASE' THEN -amount
                                       WHEN 'USE' THEN 0 ELSE amount END) AS total
               FROM credit_entries GROUP BY 1) e USING (customer_id)
           WHERE a.reserved + a.used <> coalesce(total, 0)"""
    )
    assert wrong == []


async def test_the_answers_position_is_where_the_feed_shows_the_order(
    clerk: httpx.AsyncClient, app: Any
) -> None:
    body = order(payment_method=ON_ACCOUNT)
    _, answer = await upload(clerk, Lanes().parcel(body))
    rows = await app.state.parts.pool.fetch(
        "SELECT entity, row_id FROM feed WHERE pos <= $1 AND xid = (SELECT xid FROM feed "
        "WHERE pos = $1)",
        answer["server_pos"],
    )
    assert {row["entity"] for row in rows} == {"order"}
    assert str(body.order_uid) in {row["row_id"] for row in rows}
