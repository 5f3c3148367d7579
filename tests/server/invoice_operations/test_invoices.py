"""Invoices from request to number, void and allowance, over the spec's paths."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.domain.hours import business_date
from app.transport.private_files import write_private
from server.invoice_operations.codes import cipher_of
from server.invoice_operations.settings import papers_and_key
from server.operation.secrets import Secrets
from tests.server.invoice_operations.conftest import KEY, SELLER, Invoices, invoice_request

WITHDRAWN = {"reason": "ORDER_CANCELLED", "cancelled_by": "USER001"}

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_request_is_answered_at_once_and_numbered_by_a_job(
    invoices: Invoices, key_file: Path
) -> None:
    queued = await invoices.generate()
    today = business_date(datetime.now(UTC))
    assert (queued["stage"], queued["waits_for"]) == ("QUEUED", "NUMBERS")
    assert queued["invoice_id"] == f"IV-{today:%Y%m}-00001"
    await invoices.allot(1)
    found = await invoices.once(queued["invoice_id"], lambda x: x["stage"] == "ISSUED")
    assert (found["invoice_number"], found["invoice_date"]) == ("AB12345650", today.isoformat())
    code = found["qr_code"]
    assert code.startswith(f"AB12345650{today.year - 1911:03}{today:%m%d}{found['random_code']}")
    assert code[21:53] == f"{1700:08x}{1785:08x}24549210{SELLER}"
    assert code[53:77] == cipher_of(bytes.fromhex(KEY), "AB12345650", found["random_code"])
    assert code[77:] == ":**********:1:1:1:20kg 瓦斯桶:2:850"
    assert found["qr_code_right"] == "**"
    [confirmation] = await invoices.confirmations(found["order_id"])
    assert code in confirmation


async def test_a_consumer_sees_prices_with_tax_and_no_buyer(
    invoices: Invoices, key_file: Path
) -> None:
    await invoices.allot(1)
    found = await invoices.issued(invoice_request(invoice_type="DUPLICATE"))
    assert found["buyer_tax_id"] == ""
    assert found["qr_code"][37:45] == "00000000"
    assert found["qr_code"].endswith(":20kg 瓦斯桶:2:892.5")


async def test_without_a_key_no_code_is_made_up_and_it_follows_with_the_key(
    invoices: Invoices, keep_key: Callable[[], Path]
) -> None:
    await invoices.allot(1)
    found = await invoices.issued()
    assert (found["qr_code"], found["waits_for"]) == ("", "KEY")
    keep_key()
    assert (await invoices.post("numbering", {}))[0] == 200
    found = await invoices.read(found["invoice_id"])
    assert (len(found["qr_code"]) > 77, found["waits_for"]) == (True, None)
    assert len(await invoices.confirmations(found["order_id"])) == 2


async def test_a_key_that_others_can_read_is_not_used(key_file: Path, office: Path) -> None:
    secrets = Secrets(office)
    assert (await papers_and_key(secrets)).key == bytes.fromhex(KEY)
    key_file.chmod(0o644)  # noqa: ASYNC240 - a test may wait for its disk
    settings = await papers_and_key(secrets)
    assert (settings.key, "chmod 600" in settings.key_problem) == (None, True)
    write_private(key_file, b"no key")
    assert "hexadecimal" in (await papers_and_key(secrets)).key_problem


async def test_a_repeated_request_is_one_invoice(invoices: Invoices) -> None:
    body = invoice_request()
    answers = await asyncio.gather(*(invoices.generate(body) for _ in range(8)))
    assert len({answer["invoice_id"] for answer in answers}) == 1
    assert (await invoices.post("generate", body | {"subtotal": 1, "total_amount": 86}))[0] == 422
    other = invoice_request(body["order_id"], invoice_type="DUPLICATE")
    assert (await invoices.post("generate", other))[1]["code"] == "ALREADY_REQUESTED"


async def test_eight_requests_at_once_get_eight_ids_and_numbers_in_their_order(
    invoices: Invoices,
) -> None:
    await invoices.allot(1)
    answers = await asyncio.gather(*(invoices.generate() for _ in range(8)))
    ids = sorted(answer["invoice_id"] for answer in answers)
    assert len(set(ids)) == 8
    issued = [await invoices.once(i, lambda x: x["stage"] == "ISSUED") for i in ids]
    assert [x["invoice_number"] for x in issued] == [f"AB{12345650 + n}" for n in range(8)]


async def test_an_order_has_one_living_invoice(invoices: Invoices) -> None:
    body = invoice_request()
    first = await invoices.generate(body)
    newer = body | {"revision": 2}
    assert (await invoices.post("generate", newer))[1]["code"] == "INVOICE_EXISTS"
    await invoices.post(f"{first['invoice_id']}/cancel", WITHDRAWN | {"order_id": body["order_id"]})
    assert (await invoices.generate(newer))["revision"] == 2
    assert (await invoices.generate(body))["stage"] == "CANCELLED"
    response = await invoices.client.get(
        "/internal/invoices", params={"order_id": body["order_id"]}
    )
    assert [x["revision"] for x in response.json()["invoices"]] == [2, 1]


async def test_an_older_revision_that_comes_late_is_refused(invoices: Invoices) -> None:
    body = invoice_request(revision=2)
    await invoices.generate(body)
    answer = await invoices.post("generate", body | {"revision": 1})
    assert (answer[0], answer[1]["code"]) == (409, "STALE_REVISION")


async def test_within_its_period_an_invoice_is_void_and_its_number_stays_spent(
    invoices: Invoices,
) -> None:
    await invoices.allot(1)
    found = await invoices.issued()
    withdrawn = WITHDRAWN | {"order_id": found["order_id"]}
    for reason in ("ORDER_CANCELLED", "ANOTHER"):
        _, answer = await invoices.post(
            f"{found['invoice_id']}/cancel", withdrawn | {"reason": reason}
        )
        assert (answer["stage"], answer["cancel_reason"]) == ("VOID", "ORDER_CANCELLED")
    state = await invoices.pool.fetchval(
        "SELECT state FROM invoice_numbers WHERE invoice_number = $1", found["invoice_number"]
    )
    assert state == "VOID"
    assert (await invoices.issued())["invoice_number"] == "AB12345651"


async def test_after_its_period_an_invoice_needs_an_allowance(invoices: Invoices) -> None:
    await invoices.allot(1)
    found = await invoices.issued()
    await invoices.pool.execute(
        "UPDATE invoices SET period = '11302', invoice_date = '2024-01-25' WHERE invoice_id = $1",
        found["invoice_id"],
    )
    withdrawn = WITHDRAWN | {"order_id": found["order_id"]}
    _, answer = await invoices.post(f"{found['invoice_id']}/cancel", withdrawn)
    assert answer["stage"] == "ALLOWANCE_NEEDED"


async def test_only_the_order_s_own_invoice_is_cancelled(invoices: Invoices) -> None:
    queued = await invoices.generate()
    status, answer = await invoices.post(
        f"{queued['invoice_id']}/cancel", WITHDRAWN | {"order_id": "O-20240125-000001"}
    )
    assert (status, answer["code"]) == (409, "OTHER_ORDER")
    missing = await invoices.post("IV-202401-99999/cancel", WITHDRAWN | {"order_id": "O-1"})
    assert missing[0] == 404


async def test_the_platform_s_word_is_passed_on_once_and_never_turned_back(
    invoices: Invoices,
) -> None:
    await invoices.allot(1)
    found = await invoices.issued()
    path, start = f"{found['invoice_id']}/submission", datetime.now(UTC)
    steps = [("SUBMITTED", 1), ("REJECTED", 3), ("SUBMITTED", 2), ("ACCEPTED", 4), ("REJECTED", 5)]
    seen = []
    for status, minutes in steps:
        moment = (start + timedelta(minutes=minutes)).isoformat()
        _, answer = await invoices.post(
            path, {"submission_status": status, "timestamp": moment, "message": "x"}
        )
        seen.append(answer["submission_status"])
    assert seen == ["SUBMITTED", "REJECTED", "REJECTED", "ACCEPTED", "ACCEPTED"]
    assert len(await invoices.confirmations(found["order_id"])) == 4


async def test_an_invoice_without_number_can_not_be_submitted(invoices: Invoices) -> None:
    queued = await invoices.generate()
    body = {"submission_status": "ACCEPTED", "timestamp": "2024-01-25T15:00:00Z"}
    status, answer = await invoices.post(f"{queued['invoice_id']}/submission", body)
    assert (status, answer["code"]) == (409, "NOT_ISSUED")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"total_amount": 1786.00}, "TOTAL"),
        ({"tax_amount": 86.00, "total_amount": 1786.00}, "TAX"),
        ({"subtotal": 0, "tax_amount": 0, "total_amount": 0}, "AMOUNT"),
        ({"tax_amount": 84.50, "total_amount": 1784.50}, "AMOUNT"),
        ({"items": []}, "ITEMS"),
        ({"revision": 0}, "REVISION"),
    ],
)
async def test_figures_that_no_invoice_may_have_are_refused(
    invoices: Invoices, changes: dict[str, Any], code: str
) -> None:
    status, answer = await invoices.post("generate", invoice_request(**changes))
    assert (status, answer["code"]) == (422, code)


@pytest.mark.parametrize("tax_id", ["12345678", "", "00000000", None])
async def test_a_triplicate_needs_a_valid_tax_id(invoices: Invoices, tax_id: str | None) -> None:
    body = invoice_request()
    body["customer_info"]["tax_id"] = tax_id
    status, answer = await invoices.post("generate", body)
    assert (status, answer["code"]) == (422, "TAX_ID")


@pytest.mark.parametrize("item", [{"quantity": 0}, {"amount": 1699.00}, {"description": " "}])
async def test_items_that_do_not_add_up_are_refused(
    invoices: Invoices, item: dict[str, Any]
) -> None:
    body = invoice_request()
    body["items"] = [body["items"][0] | item]
    status, answer = await invoices.post("generate", body)
    assert (status, answer["code"]) == (422, "ITEM")


async def test_prices_quoted_with_tax_are_an_invoice_too(
    invoices: Invoices, key_file: Path
) -> None:
    await invoices.allot(1)
    item = {"description": "瓦斯", "quantity": 1, "unit_price": 340.00, "amount": 340.00}
    body = invoice_request(
        invoice_type="DUPLICATE", items=[item], subtotal=324, tax_amount=16, total_amount=340
    )
    found = await invoices.issued(body)
    assert found["qr_code"][21:37] == "0000014400000154"
    assert found["qr_code"].endswith(":瓦斯:1:340")


async def test_clerks_read_invoices_but_request_none(clerk: httpx.AsyncClient) -> None:
    refused = await clerk.post("/internal/invoices/generate", json=invoice_request())
    assert refused.status_code == 403
    found = await clerk.get("/internal/invoices", params={"order_id": "O-20240125-000001"})
    assert found.json() == {"invoices": []}
    assert (await clerk.get("/internal/invoices/IV-202401-99999")).status_code == 404
