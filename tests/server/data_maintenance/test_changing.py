"""People change products, prices, rules and parameters, and never what they have not seen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.domain.hours import business_date

TODAY = business_date(datetime.now(UTC))
P001 = "/internal/products/P001"
NEW = {
    "product_id": "P900",
    "product_name": "5kg 瓦斯桶",
    "product_size": "5KG",
    "standard_price": 320.5,
    "track_inventory": True,
    "available_quantity": 40,
    "reserved_quantity": 0,
    "requires_empty_return": True,
    "deposit_amount": 800,
    "active": True,
    "weight_kg": 5,
}


async def read(client: httpx.AsyncClient, path: str) -> tuple[Any, str]:
    response = await client.get(path)
    assert response.status_code == 200
    return response.json(), response.headers["etag"]


@pytest.mark.parametrize(
    "path", ["/internal/products", P001, "/internal/pricing/rules", "/internal/parameters"]
)
async def test_a_copy_that_is_still_good_is_not_sent_again(
    supervisor: httpx.AsyncClient, path: str
) -> None:
    _, tag = await read(supervisor, path)
    again = await supervisor.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    body, _ = await read(supervisor, P001)
    assert (await supervisor.put(P001, json=body | {"active": False})).status_code == 200
    changed = await supervisor.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == (200 if "products" in path else 304)


async def test_a_new_product_opens_with_its_stock(supervisor: httpx.AsyncClient) -> None:
    created = await supervisor.put(
        "/internal/products/P900", json=NEW, headers={"If-None-Match": "*"}
    )
    assert created.status_code == 200
    body, tag = await read(supervisor, "/internal/products/P900")
    assert created.headers["etag"] == tag
    assert (body["available_quantity"], body["standard_price"]) == (40, 320.5)
    again = await supervisor.put(
        "/internal/products/P900", json=NEW, headers={"If-None-Match": "*"}
    )
    assert (again.status_code, again.json()["code"]) == (409, "EXISTS")


async def test_another_price_holds_from_today_and_stock_stays_the_ledgers(
    supervisor: httpx.AsyncClient,
) -> None:
    body, tag = await read(supervisor, P001)
    wanted = body | {"standard_price": 880.5, "available_quantity": 1, "product_name": "二十公斤"}
    response = await supervisor.put(P001, json=wanted, headers={"If-Match": tag})
    saved = response.json()
    assert (saved["standard_price"], saved["price_since"]) == (880.5, TODAY.isoformat())
    assert saved["available_quantity"] == body["available_quantity"]
    assert saved["product_name"] == "二十公斤"
    assert saved["upcoming_prices"] == body["upcoming_prices"]


async def test_an_edit_of_what_has_changed_meanwhile_is_refused(
    supervisor: httpx.AsyncClient,
) -> None:
    for path, field in ((P001, "product_name"), ("/internal/parameters", None)):
        body, tag = await read(supervisor, path)
        other = body | ({field: "其他"} if field else {"calendar": {"holidays": ["2026-12-25"]}})
        assert (await supervisor.put(path, json=other)).status_code == 200
        stale = await supervisor.put(path, json=body, headers={"If-Match": tag})
        assert (stale.status_code, stale.json()["code"]) == (409, "STALE")
        same = await supervisor.put(
            path, json=other, headers={"If-Match": (await read(supervisor, path))[1]}
        )
        assert same.status_code == 200


async def test_prices_are_announced_ahead_and_withdrawn(
    supervisor: httpx.AsyncClient, app: FastAPI
) -> None:
    day = (TODAY + timedelta(days=40)).isoformat()
    price = {"standard_price": 905, "effective_from": day}
    before = await app.state.parts.pool.fetchval("SELECT pos FROM feed_head")
    announced = (await supervisor.put(f"{P001}/price", json=price)).json()
    assert announced["upcoming_prices"][-1] == {"standard_price": 905, "effective_from": day}
    causes = await app.state.parts.pool.fetch("SELECT cause FROM feed WHERE pos > $1", before)
    assert [row["cause"] for row in causes] == ["price"]
    withdrawn = (await supervisor.delete(f"{P001}/price/{day}")).json()
    assert day not in {p["effective_from"] for p in withdrawn["upcoming_prices"]}
    assert (await supervisor.delete(f"{P001}/price/{day}")).status_code == 404


async def test_the_past_keeps_its_prices(supervisor: httpx.AsyncClient) -> None:
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    price = {"standard_price": 905, "effective_from": yesterday}
    assert (await supervisor.put(f"{P001}/price", json=price)).status_code == 422
    assert (await supervisor.delete(f"{P001}/price/{TODAY.isoformat()}")).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"standard_price": -1},
        {"standard_price": 1.005},
        {"standard_price": 1e9},
        {"deposit_amount": 10.5},
        {"product_name": " "},
        {"product_id": "P901"},
        {"weight_kg": -5},
        {"upcoming_prices": [{"standard_price": 1, "effective_from": "2020-01-01"}]},
    ],
)
async def test_products_that_can_not_be_meant_are_refused(
    supervisor: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    response = await supervisor.put("/internal/products/P900", json=NEW | wrong)
    assert response.status_code == 422
    assert (await supervisor.get("/internal/products/P900")).status_code == 404


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("volume_discounts", [{"min_quantity": 10, "discount_percent": 100}]),
        (
            "volume_discounts",
            [{"min_quantity": n, "discount_percent": 2} for n in (20, 10)],
        ),
        ("zone_delivery_fees", {"NORTH": 50}),
        ("zone_delivery_fees", {"NORTH": 50, "CENTRAL": 80, "SOUTH": 100, "REMOTE": -1}),
        ("time_slot_surcharges", {"URGENT": 0.5, "EVENING": 1.3, "HOLIDAY": 2}),
    ],
)
async def test_rules_that_can_not_be_meant_are_refused(
    supervisor: httpx.AsyncClient, field: str, wrong: Any
) -> None:
    path = "/internal/pricing/rules"
    body, tag = await read(supervisor, path)
    assert (await supervisor.put(path, json=body | {field: wrong})).status_code == 422
    assert (await read(supervisor, path))[1] == tag


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("business_hours", {"weekday_start": "25:00"}),
        ("business_hours", {"weekday_start": "19:00"}),
        ("business_hours", {"sunday": "noon"}),
        ("order_settings", {"same_day_cutoff": "2 pm"}),
        ("order_settings", {"advance_booking_days": -1}),
        ("order_settings", {"minimum_order_value": 800.5}),
        ("calendar", {"closed_days": ["2026-12-25"], "open_days": ["2026-12-25"]}),
    ],
)
async def test_parameters_that_can_not_be_meant_are_refused(
    supervisor: httpx.AsyncClient, part: str, wrong: dict[str, Any]
) -> None:
    path = "/internal/parameters"
    body, tag = await read(supervisor, path)
    changed = body | {part: body.get(part, {}) | wrong}
    assert (await supervisor.put(path, json=changed)).status_code == 422
    assert (await read(supervisor, path))[1] == tag


async def test_rules_are_changed_as_a_whole(supervisor: httpx.AsyncClient) -> None:
    path = "/internal/pricing/rules"
    body, tag = await read(supervisor, path)
    fees = body["zone_delivery_fees"] | {"REMOTE": 250}
    wanted = body | {"zone_delivery_fees": fees}
    saved = await supervisor.put(path, json=wanted, headers={"If-Match": tag})
    assert saved.json()["zone_delivery_fees"]["REMOTE"] == 250


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", P001),
        ("PUT", f"{P001}/price"),
        ("DELETE", f"{P001}/price/2030-01-01"),
        ("PUT", "/internal/pricing/rules"),
        ("PUT", "/internal/parameters"),
    ],
)
async def test_a_clerk_changes_nothing(clerk: httpx.AsyncClient, method: str, path: str) -> None:
    assert (await clerk.request(method, path, json={})).status_code == 403
