"""Orders of a Wednesday far ahead, and the calls that a dispatcher makes."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx

from app.wire.codec import convert
from app.wire.dispatch import DispatchSubmission

DAY = "2031-03-05"
NEXT_DAY = "2031-03-06"
DRIVER, VEHICLE = "DRV001", "3456-AB"
ORDERS = "/internal/dispatch/orders"


def order_id(serial: int = 1) -> str:
    return f"O-20310304-00{serial:04}"


def order(serial: int = 1, **changes: Any) -> dict[str, Any]:
    """The spec's order under another number."""
    fresh: dict[str, Any] = {
        "order_id": order_id(serial),
        "customer_id": "C000123",
        "delivery_address": f"台北市信義區信義路五段{serial}號",
        "time_slot": "02",
        "priority": "NORMAL",
        "products": [{"product_id": "P001", "quantity": 2, "weight_kg": 40}],
        "special_instructions": "請按門鈴",
        "contact_phone": "0912-345-678",
    }
    return fresh | changes


def submission(*orders: dict[str, Any], day: str = DAY) -> DispatchSubmission:
    return convert(DispatchSubmission, {"delivery_date": day, "orders": list(orders)})


async def submit(
    client: httpx.AsyncClient, *orders: dict[str, Any], day: str = DAY
) -> httpx.Response:
    body = {"delivery_date": day, "orders": list(orders)}
    return await client.post(ORDERS, json=body)


def assignment(sequence: int = 1, **changes: Any) -> dict[str, Any]:
    fresh: dict[str, Any] = {
        "dispatch_id": "D-20310305-001",
        "driver_id": DRIVER,
        "vehicle_id": VEHICLE,
        "route_sequence": sequence,
        "estimated_arrival": f"{DAY}T0{min(9, 4 + sequence)}:30:00Z",
    }
    return fresh | changes


async def assign(
    client: httpx.AsyncClient, serial: int = 1, sequence: int = 1, **changes: Any
) -> httpx.Response:
    body = assignment(sequence, **changes)
    return await client.put(f"{ORDERS}/{order_id(serial)}/assign", json=body)


def said(status: str, minute: int = 0, **changes: Any) -> dict[str, Any]:
    """A report of that minute of this morning."""
    at = datetime(2026, 1, 5, 2, minute, tzinfo=UTC).isoformat()
    notes = "不在家" if status == "FAILED" else ""
    return {"status": status, "driver_id": DRIVER, "timestamp": at, "notes": notes} | changes


async def report(
    client: httpx.AsyncClient, status: str, minute: int = 0, **changes: Any
) -> httpx.Response:
    body = said(status, minute, **changes)
    return await client.post(f"{ORDERS}/{order_id()}/status", json=body)


async def states(client: httpx.AsyncClient, day: str = DAY) -> dict[str, Any]:
    """The orders of the day by number, as the board reads them."""
    answer = await client.get(ORDERS, params={"date": day})
    return {one["order"]["order_id"]: one for one in answer.json()["orders"]}


async def tours(client: httpx.AsyncClient, day: str = DAY) -> dict[str, list[tuple[int, str]]]:
    """Sequence and order of each driver's stops."""
    answer = await client.get(f"/internal/dispatch/routes/{day}")
    return {
        route["driver_id"]: [(stop["sequence"], stop["order_id"]) for stop in route["orders"]]
        for route in answer.json()["routes"]
    }


async def owed(pool: asyncpg.Pool, serial: int = 1) -> list[tuple[str, str]]:
    """What is or was owed for an order: neighbour, and the status or amount that it is told."""
    rows = await pool.fetch(
        """SELECT neighbour,
                  coalesce(body::json->>'status', body::json->>'amount_collected') AS what
           FROM outbox WHERE order_id = $1 ORDER BY n""",
        order_id(serial),
    )
    return [(row["neighbour"], row["what"]) for row in rows]
