"""Messages that a register of the sample shop would send."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from app.domain.hours import business_date
from app.domain.numbers import OrderNumber, new_uid
from app.domain.orders import OrderStatus, PaymentMethod
from app.wire.codec import decode, encode
from app.wire.orders import OrderBody, OrderCancellation
from app.wire.registers import OutboxKind, OutboxMessage
from server.sample.words import text_of

CUSTOMER = "C000123"
NOW = datetime.now(UTC)


def order(serial: int = 1, **changes: Any) -> OrderBody:
    """The spec's order, taken now; cash unless said otherwise."""
    today = business_date(NOW)
    fresh: dict[str, Any] = {
        "order_uid": new_uid(),
        "order_id": str(OrderNumber(today, 7, serial)),
        "status": OrderStatus.CONFIRMED,
        "order_date": today,
        "delivery_date": today + timedelta(days=1),
        "taken_at": NOW,
        "payment_method": PaymentMethod.CASH,
        "revision": 1,
    }
    return replace(decode(OrderBody, text_of("known_order.json")), **(fresh | changes))


def cancellation(body: OrderBody) -> OrderCancellation:
    """The same clerk cancels the order."""
    return OrderCancellation(
        order_uid=body.order_uid,
        order_id=body.order_id,
        customer_id=body.customer_id,
        revision=body.revision + 1,
        reason="客戶改變主意",
        cancelled_by=body.clerk,
        cancelled_at=NOW,
    )


@dataclass
class Lanes:
    """Numbers the messages of one register, lane by lane."""

    device_id: UUID = field(default_factory=new_uid)
    last: dict[str, int] = field(default_factory=dict)

    def parcel(self, body: OrderBody | OrderCancellation, **changes: Any) -> tuple[bytes, str]:
        """The next message of the customer's lane as bytes, and its key."""
        seq = self.last.get(body.customer_id, 0) + 1
        self.last[body.customer_id] = seq
        is_order = isinstance(body, OrderBody)
        message = OutboxMessage(
            msg_id=new_uid(),
            device_id=self.device_id,
            install_epoch=1,
            lane=body.customer_id,
            lane_seq=seq,
            kind=OutboxKind.ORDER_PLACED if is_order else OutboxKind.ORDER_CANCELLED,
            payload_version=1,
            created_at=NOW,
            body=msgspec.Raw(encode(body)),
        )
        message = replace(message, **changes)
        return encode(message), str(message.msg_id)


def fair_price(body: OrderBody, payable: Decimal) -> OrderBody:
    """The order printed with another total."""
    return replace(body, payable=payable)


def plain(raw: bytes) -> Any:
    """JSON as dicts and lists."""
    return json.loads(raw)
