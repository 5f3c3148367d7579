"""Customers are created and changed over HTTP; balance and hold stay the ledger's."""

from typing import Any

import httpx
import pytest

from app.wire.registers import Role
from tests.server.conftest import Client
from tests.server.messages import CUSTOMER

PATH = f"/internal/customers/{CUSTOMER}"
NEW: dict[str, Any] = {
    "customer_id": "C777777",
    "customer_name": "新客戶小吃店",
    "phone_primary": "0912-345-999",
    "tax_id": None,
    "customer_type": "COMMERCIAL",
    "credit_limit": 30000,
    "credit_used": 500,
    "credit_available": 29500,
    "status": "ACTIVE",
    "payment_terms": "NET30",
    "delivery_addresses": [
        {
            "address_id": 1,
            "address_type": "01",
            "full_address": "台北市大安區和平東路一段1號",
            "postal_code": "106",
            "zone": "NORTH",
            "is_default": True,
        }
    ],
    "special_prices": [],
}


async def test_a_new_customer_opens_with_its_balance(supervisor: httpx.AsyncClient) -> None:
    path = "/internal/customers/C777777"
    created = await supervisor.put(path, json=NEW, headers={"If-None-Match": "*"})
    assert created.status_code == 200
    body = (await supervisor.get(path)).json()
    assert (body["credit_used"], body["credit_available"]) == (500, 29500)
    assert body["phones"] == [{"digits": "0912345999", "label": "", "extension": ""}]
    entries = (await supervisor.get(f"{path}/credit/entries")).json()["entries"]
    assert [(e["operation"], e["used_change"]) for e in entries] == [("OPENING", 500)]
    again = await supervisor.put(path, json=NEW, headers={"If-None-Match": "*"})
    assert (again.status_code, again.json()["code"]) == (409, "EXISTS")


async def test_a_change_keeps_balance_and_hold_and_sets_the_limit(
    supervisor: httpx.AsyncClient,
) -> None:
    hold = {
        "hold_status": "ACTIVE",
        "hold_reason": "OVERDUE_PAYMENT",
        "overdue_amount": 5600,
        "days_overdue": 45,
        "affected_orders": ["O-20240125-000456"],
    }
    held = (await supervisor.post(f"{PATH}/credit-hold", json=hold)).json()
    assert held["affected_orders"] == ["O-20240125-000456"]
    body = (await supervisor.get(PATH)).json()
    wanted = body | {"customer_name": "王大明", "credit_limit": 80000, "on_hold": False}
    wanted |= {"credit_used": 0, "nickname": "老王"}
    saved = (await supervisor.put(PATH, json=wanted)).json()
    assert (saved["credit_limit"], saved["nickname"]) == (80000, "老王")
    assert (saved["credit_used"], saved["on_hold"]) == (body["credit_used"], True)
    after = (await supervisor.get(f"{PATH}/credit")).json()
    assert (after["overdue_amount"], after["affected_orders"]) == (5600, ["O-20240125-000456"])


async def test_an_order_between_reading_and_saving_does_not_make_an_edit_stale(
    supervisor: httpx.AsyncClient, client: Client
) -> None:
    read = await supervisor.get(PATH)
    tag = read.headers["etag"]
    entry = {
        "operation": "RESERVE",
        "amount": 100,
        "order_id": "O-20240125-990001",
        "timestamp": "2024-01-25T14:30:00Z",
    }
    assert (await client(Role.SERVICE).post(f"{PATH}/credit", json=entry)).status_code == 200
    unchanged = await supervisor.get(PATH, headers={"If-None-Match": tag})
    assert unchanged.status_code == 200
    changed = read.json() | {"nickname": "一"}
    first = await supervisor.put(PATH, json=changed, headers={"If-Match": tag})
    second = await supervisor.put(PATH, json=changed, headers={"If-Match": tag})
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["code"] == "STALE"


async def test_customers_are_listed_page_by_page(clerk: httpx.AsyncClient) -> None:
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = (await clerk.get("/internal/customers", params={"after": after, "limit": 20})).json()
        seen += [customer["customer_id"] for customer in page["customers"]]
        after = page["next_after"]
    assert len(seen) == 50
    assert seen == sorted(set(seen))


async def test_statistics_are_read_as_they_were_saved(supervisor: httpx.AsyncClient) -> None:
    body = {
        "last_order_date": "2024-01-25",
        "total_orders_count": 156,
        "total_order_value": 234500,
        "average_order_value": 1503.20,
        "favorite_products": ["P001", "P002"],
    }
    await supervisor.post(f"{PATH}/statistics", json=body)
    read = await supervisor.get(f"{PATH}/statistics")
    assert read.json() == body
    tag = {"If-None-Match": read.headers["etag"]}
    assert (await supervisor.get(f"{PATH}/statistics", headers=tag)).status_code == 304
    assert (await supervisor.get("/internal/customers/C0/statistics")).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"customer_id": "C777778"},
        {"customer_name": ""},
        {"customer_name": "王" * 101},
        {"tax_id": "1234"},
        {"credit_limit": -1},
        {"credit_limit": 10.5},
        {"phone_primary": "12345"},
        {"phones": [{"digits": "02-2720-8889"}]},
        {"delivery_addresses": NEW["delivery_addresses"] * 2},
        {"special_prices": [{"product_id": "P001", "special_price": -1}]},
        {
            "special_prices": [
                {
                    "product_id": "P001",
                    "special_price": 800,
                    "valid_from": "2026-02-01",
                    "valid_until": "2026-01-01",
                }
            ]
        },
    ],
)
async def test_customers_that_can_not_be_meant_are_refused(
    supervisor: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    response = await supervisor.put("/internal/customers/C777777", json=NEW | wrong)
    assert response.status_code == 422
    assert (await supervisor.get("/internal/customers/C777777")).status_code == 404


@pytest.mark.parametrize("path", ["/internal/customers/C%001", "/internal/customers/C%20x/credit"])
async def test_a_number_that_no_customer_has_is_refused(
    clerk: httpx.AsyncClient, path: str
) -> None:
    assert (await clerk.get(path)).status_code == 422


async def test_a_clerk_changes_no_customer(clerk: httpx.AsyncClient) -> None:
    assert (await clerk.put(PATH, json=NEW)).status_code == 403
