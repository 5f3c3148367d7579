"""Booklets of registers: leased, printed from, returned; never one number twice."""

import asyncio
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from app.domain.numbers import new_uid
from server.invoice_operations.codes import cipher_of
from tests.server.invoice_operations.conftest import (
    KEY,
    RUNNING,
    SELLER,
    Answer,
    Invoices,
    invoice_request,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Register:
    """A till that has enrolled."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.device_id = new_uid()

    async def enrol(self) -> int:
        body = {"device_id": str(self.device_id), "name": "櫃台"}
        answer = await self.client.post("/v1/registers", json=body)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["register"])

    async def lease(self, request_id: UUID | None = None, period: str = "") -> httpx.Response:
        body = {
            "request_id": str(request_id or new_uid()),
            "device_id": str(self.device_id),
            "period": period,
        }
        return await self.client.post("/v1/invoice-blocks", json=body)

    async def leased(self) -> Answer:
        response = await self.lease()
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def give_back(self, block_id: int, **numbers: list[str]) -> httpx.Response:
        body = {"device_id": str(self.device_id)} | numbers
        return await self.client.post(f"/v1/invoice-blocks/{block_id}/return", json=body)


@pytest_asyncio.fixture(loop_scope="module")
async def register(clerk: httpx.AsyncClient) -> Register:
    till = Register(clerk)
    await till.enrol()
    return till


def numbers_of(block: Answer) -> list[str]:
    return [x["invoice_number"] for x in block["numbers"]]


async def test_a_booklet_is_fifty_numbers_ready_to_print(
    invoices: Invoices, register: Register, key_file: Path
) -> None:
    await invoices.allot(2)
    block = await register.leased()
    assert numbers_of(block) == [f"AB{12345650 + n}" for n in range(50)]
    assert (block["period"], block["seller_tax_id"]) == (str(RUNNING), SELLER)
    assert (block["first_number"], block["last_number"]) == ("AB12345650", "AB12345699")
    first = block["numbers"][0]
    assert first["cipher"] == cipher_of(bytes.fromhex(KEY), "AB12345650", first["random_code"])
    assert len({x["random_code"] for x in block["numbers"]}) > 20


async def test_a_repeated_request_gets_the_same_booklet(
    invoices: Invoices, register: Register
) -> None:
    await invoices.allot(2)
    request_id = new_uid()
    answers = await asyncio.gather(*(register.lease(request_id) for _ in range(8)))
    assert len({answer.content for answer in answers}) == 1
    other = Register(register.client)
    await other.enrol()
    refused = await other.lease(request_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "REQUEST_USED")


async def test_eight_registers_and_the_office_at_once_never_share_a_number(
    invoices: Invoices, clerk: httpx.AsyncClient
) -> None:
    await invoices.allot(20)
    tills = [Register(clerk) for _ in range(8)]
    for till in tills:
        await till.enrol()
    blocks, issued = await asyncio.gather(
        asyncio.gather(*(till.leased() for till in tills for _ in range(2))),
        asyncio.gather(*(invoices.issued() for _ in range(8))),
    )
    numbers = [number for block in blocks for number in numbers_of(block)]
    numbers += [invoice["invoice_number"] for invoice in issued]
    assert len(numbers) == len(set(numbers)) == 16 * 50 + 8


async def test_a_booklet_is_returned_with_what_was_used(
    invoices: Invoices, register: Register
) -> None:
    await invoices.allot(1)
    block = await register.leased()
    numbers = numbers_of(block)
    for _ in range(2):
        answer = await register.give_back(block["block_id"], used=numbers[:3], void=numbers[3:4])
        counted = answer.json()
        assert (counted["used"], counted["void"], counted["unused"]) == (3, 1, 46)
    changed = await register.give_back(block["block_id"], used=numbers[:5])
    assert (changed.status_code, changed.json()["code"]) == (409, "NUMBER_USED")
    more = await register.give_back(block["block_id"], used=numbers[:5], void=numbers[3:4])
    assert more.status_code == 422
    late = await register.give_back(
        block["block_id"], used=[*numbers[:3], numbers[7]], void=numbers[3:4]
    )
    assert (late.status_code, late.json()["code"]) == (409, "ALREADY_RETURNED")


async def test_only_its_holder_returns_a_booklet(invoices: Invoices, register: Register) -> None:
    await invoices.allot(1)
    block = await register.leased()
    other = Register(register.client)
    await other.enrol()
    assert (await other.give_back(block["block_id"])).status_code == 404
    foreign = await register.give_back(block["block_id"], used=["AB00000000"])
    assert (foreign.status_code, foreign.json()["code"]) == (422, "NUMBERS")


async def test_leasing_has_limits_that_are_said(invoices: Invoices, register: Register) -> None:
    await invoices.allot(5)
    for _ in range(4):
        await register.leased()
    codes = [
        (await register.lease()).json()["code"],
        (await register.lease(period="11302")).json()["code"],
        (await register.lease(period=str(RUNNING.following))).json()["code"],
        (await register.lease(period="11301")).json()["code"],
        (await Register(register.client).lease()).json()["code"],
    ]
    assert codes == ["TOO_MANY", "PERIOD", "NO_NUMBERS", "PERIOD", "UNKNOWN_REGISTER"]


async def test_what_a_register_printed_keeps_its_number(
    invoices: Invoices, register: Register, key_file: Path
) -> None:
    await invoices.allot(1)
    block = await register.leased()
    printed = block["numbers"][2]
    today = str(block["leased_at"])[:10]
    body = invoice_request(printed_number=printed["invoice_number"], printed_on=today)
    found = await invoices.issued(body)
    assert (found["invoice_number"], found["random_code"]) == (
        printed["invoice_number"],
        printed["random_code"],
    )
    assert printed["cipher"] in found["qr_code"]
    again = invoice_request(printed_number=printed["invoice_number"], printed_on=today)
    status, answer = await invoices.post("generate", again)
    assert (status, answer["code"]) == (409, "NUMBER_TAKEN")
    unused = await register.give_back(block["block_id"])
    assert unused.json()["code"] == "NUMBER_USED"


async def test_a_number_that_no_register_holds_was_not_printed(invoices: Invoices) -> None:
    await invoices.allot(1)
    for number, day, code in (
        ("AB12345650", "2024-01-25", "NOT_LEASED"),
        ("AB1", "2024-01-25", "PRINTED"),
        ("AB12345650", "2199-01-25", "PRINTED"),
        ("AB12345650", None, "PRINTED"),
    ):
        body = invoice_request(printed_number=number, printed_on=day)
        assert (await invoices.post("generate", body))[1]["code"] == code
