"""What an office does all day, one event after the other, over its own HTTP interface."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from app.composition import Counter
from app.domain.orders import PaymentMethod
from app.wire.accounts import PaymentStatusUpdate
from app.wire.catalogue import StockReservation, StockReservationLine
from app.wire.codec import Message, encode
from app.wire.customers import CreditUpdate
from app.wire.dispatch import DispatchStatusUpdate
from app.wire.enums import CreditOperation, DispatchStatus, PaymentStatus, StockOperation
from bench.shops import drafts, working_morning
from local_db.outbox import ready

STEPS = (DispatchStatus.ASSIGNED, DispatchStatus.EN_ROUTE, DispatchStatus.ARRIVED)


class Business:
    """Needs a counter that is signed in as a supervisor; `pause` seconds between two events."""

    def __init__(self, counter: Counter, pause: float) -> None:
        self._counter = counter
        self._pause = pause
        self._orders: list[tuple[str, str]] = []
        self._product = ""
        self._day = 0

    async def open(self, count: int) -> None:
        """Take orders and upload them; the days that follow are about them."""
        counter = self._counter
        for order, quoted in drafts(counter, count):
            placed = await counter.desks.orders.place(order, quoted)
            self._orders.append((placed.order_id, order.draft.customer_id))
            self._product = order.draft.lines[0].product_id
        with counter.database.read() as session:
            parcels = ready(session, working_morning(), count)
        for parcel in parcels:
            await counter.engine.office.upload(parcel.message, parcel.msg_id)

    async def day(self) -> None:
        """For each order: credit, stock, delivery and payment change, each by itself."""
        step = STEPS[min(self._day, len(STEPS) - 1)]
        self._day += 1
        for order_id, customer_id in self._orders:
            for path, body in self._events(order_id, customer_id, step):
                await self._post(path, body)
                await asyncio.sleep(self._pause)

    def _events(
        self, order_id: str, customer_id: str, step: DispatchStatus
    ) -> Iterator[tuple[str, Message]]:
        now, name = datetime.now(UTC), f"{order_id}-{self._day}"
        yield (
            f"/internal/customers/{customer_id}/credit",
            CreditUpdate(
                operation=CreditOperation.RESERVE,
                amount=Decimal(1),
                order_id=name,
                timestamp=now,
                override_by="bench",
            ),
        )
        yield (
            "/internal/products/reservations",
            StockReservation(
                order_id=name,
                revision=1,
                operation=StockOperation.RESERVE,
                lines=(StockReservationLine(product_id=self._product, quantity=1),),
                timestamp=now,
            ),
        )
        yield (
            f"/internal/orders/{order_id}/dispatch-status",
            DispatchStatusUpdate(status=step, driver_id="DRV001", timestamp=now),
        )
        yield (
            f"/internal/orders/{order_id}/payment-status",
            PaymentStatusUpdate(
                payment_status=PaymentStatus.PARTIAL,
                paid_amount=Decimal(self._day),
                paid_date=now.date(),
                payment_method=PaymentMethod.CASH,
                receipt_number=f"RCP-{name}",
            ),
        )

    async def _post(self, path: str, body: Message) -> None:
        headers = {"content-type": "application/json"}
        answer = await self._counter.stack.client.post(path, content=encode(body), headers=headers)
        answer.raise_for_status()
