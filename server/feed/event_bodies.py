"""From feed rows to events: which name a change has, and the spec's body of that event."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import asyncpg
from msgspec.structs import replace

from app.wire.catalogue import CacheInvalidation, ProductBody
from app.wire.codec import decode, encode
from app.wire.customers import CreditFigures
from app.wire.enums import CacheType, HoldStatus
from app.wire.events import (
    CreditChanged,
    CreditHoldChanged,
    CustomerChanged,
    Envelope,
    EventName,
    PriceUpdated,
    StockChanged,
    StockLow,
)
from app.wire.registers import FEED_SCHEMA, Entity, is_known_in
from server.feed import order_events
from server.feed.changes import FeedRow
from server.feed.order_events import Event

INVALIDATED = "invalidated "
LOW = "stock.low"


class Encoded(NamedTuple):
    """One event ready to be sent; `older` is for receivers of the schema before."""

    pos: int
    frame: str
    older: str


async def envelopes(connection: asyncpg.Connection, rows: Sequence[FeedRow]) -> tuple[Encoded, ...]:
    """The encoded envelope of each row."""
    reasons = await _hold_reasons(connection, _ids(rows, Entity.ORDER))
    scarce = await _scarce(connection, _ids(rows, Entity.PRODUCT))
    return tuple(_encoded(_envelope(row, _event(row, reasons, scarce))) for row in rows)


def _ids(rows: Sequence[FeedRow], entity: Entity) -> list[str]:
    return [row.change.id for row in rows if row.change.e is entity]


async def _hold_reasons(connection: asyncpg.Connection, uids: Sequence[str]) -> dict[str, str]:
    """Why those of the orders that are held are so."""
    query = (
        "SELECT order_uid::text, hold_reason FROM orders "
        "WHERE order_uid = ANY($1::text[]::uuid[]) AND status = 'HELD'"
    )
    rows = await connection.fetch(query, uids) if uids else ()
    return {row["order_uid"]: row["hold_reason"] for row in rows}


async def _scarce(connection: asyncpg.Connection, ids: Sequence[str]) -> set[str]:
    """Those of the products that are at their low mark or below."""
    query = (
        "SELECT product_id FROM products "
        "WHERE product_id = ANY($1) AND track_inventory AND available <= low_stock_at"
    )
    rows = await connection.fetch(query, ids) if ids else ()
    return {row["product_id"] for row in rows}


def _encoded(envelope: Envelope) -> Encoded:
    frame = encode(envelope).decode()
    if is_known_in(FEED_SCHEMA - 1, envelope.change.e):
        return Encoded(envelope.pos, frame, frame)
    return Encoded(envelope.pos, frame, encode(_placeholder(envelope)).decode())


def _placeholder(envelope: Envelope) -> Envelope:
    """What keeps an older receiver's count without a hole and changes nothing there."""
    kept = EventName.CATALOG_INVALIDATED
    nothing = replace(envelope.change, e=Entity.PARAMETERS, id="", op="D", v=0, d=None)
    return replace(envelope, event=kept, data={}, change=nothing)


def _envelope(row: FeedRow, event: Event) -> Envelope:
    return Envelope(
        epoch=row.epoch,
        pos=row.change.pos,
        tx_last=row.change.tx_last,
        id=f"{row.epoch}-{row.change.pos}",
        event=event[0],
        occurred_at=row.occurred_at,
        data=event[1],
        change=row.change,
    )


def _event(row: FeedRow, reasons: Mapping[str, str], scarce: set[str]) -> Event:
    body = row.change.d
    if body is None:
        return _GONE.get(row.change.e, _catalogue)(row)
    if row.change.e is Entity.ORDER:
        return order_events.order(row, body, reasons.get(row.change.id, ""))
    if row.change.e in order_events.REPORTED:
        return order_events.REPORTED[row.change.e](row, body)
    if row.change.e is Entity.CREDIT:
        return _credit(row, body)
    if row.change.e is Entity.PRODUCT:
        return _product(row, body, row.change.id in scarce)
    return _GONE.get(row.change.e, _catalogue)(row)


def _customer(row: FeedRow) -> Event:
    return EventName.CUSTOMER_CHANGED, CustomerChanged(
        customer_id=row.change.id, version=row.change.v
    )


def _catalogue(row: FeedRow) -> Event:
    if row.cause.startswith(INVALIDATED):
        notice = decode(CacheInvalidation, row.cause.removeprefix(INVALIDATED))
        return EventName.CATALOG_INVALIDATED, notice
    kind = {Entity.PRICING: CacheType.PRICES, Entity.PARAMETERS: CacheType.PARAMETERS}
    return EventName.CATALOG_INVALIDATED, CacheInvalidation(
        cache_type=kind.get(row.change.e, CacheType.PRODUCTS),
        affected_ids=(row.change.id,),
        effective_time=row.occurred_at,
    )


_GONE: Mapping[Entity, Callable[[FeedRow], Event]] = {
    Entity.CUSTOMER: _customer,
    Entity.CREDIT: _customer,
    Entity.STATISTICS: _customer,
    Entity.ORDER: order_events.gone,
    Entity.DELIVERY: order_events.gone,
    Entity.PAYMENT: order_events.gone,
    Entity.INVOICE: order_events.gone,
}


def _credit(row: FeedRow, account: CreditFigures) -> Event:
    if row.cause == "hold":
        return EventName.CREDIT_HOLD_CHANGED, CreditHoldChanged(
            customer_id=account.customer_id,
            hold_status=HoldStatus.ACTIVE if account.on_hold else HoldStatus.RELEASED,
            hold_reason=account.hold_reason,
            overdue_amount=account.overdue_amount,
            days_overdue=account.days_overdue,
            affected_orders=account.affected_orders,
        )
    return EventName.CREDIT_CHANGED, CreditChanged(
        customer_id=account.customer_id,
        new_credit=account.credit_available,
        credit_limit=account.credit_limit,
        credit_used=account.credit_used,
        on_hold=account.on_hold,
        version=account.version,
    )


def _product(row: FeedRow, product: ProductBody, is_scarce: bool) -> Event:
    if row.cause == "price":
        coming = product.upcoming_prices
        newest = coming[-1] if coming else None
        return EventName.PRICE_UPDATED, PriceUpdated(
            product_id=product.product_id,
            standard_price=newest.standard_price if newest else product.standard_price,
            effective_from=newest.effective_from if newest else None,
        )
    if row.cause not in {"stock", LOW}:
        return _catalogue(row)
    if row.cause == LOW and is_scarce:
        return EventName.STOCK_LOW, StockLow(
            product_id=product.product_id, available_quantity=product.available_quantity
        )
    return EventName.STOCK_CHANGED, StockChanged(
        product_id=product.product_id,
        available_quantity=product.available_quantity,
        reserved_quantity=product.reserved_quantity,
    )
