"""What an order obliges the neighbours to: pure builders of owed calls.

See docs/rules/order-follow-through.md.
"""

import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

from app.domain.customers import PaymentTerms
from app.domain.due_dates import due_date
from app.domain.orders import InvoiceType, PaymentMethod, TimeSlot
from app.wire.accounts import Receivable
from app.wire.catalogue import StockReservation, StockReservationLine
from app.wire.codec import Message
from app.wire.customers import CreditUpdate, CustomerBody
from app.wire.dispatch import DispatchOrder, DispatchProduct, DispatchSubmission
from app.wire.enums import CreditOperation, MetricType, StockOperation
from app.wire.invoices import (
    InvoiceCancellation,
    InvoiceCustomer,
    InvoiceItem,
    InvoicePayment,
    InvoiceRequest,
)
from app.wire.orders import OrderBody
from app.wire.reports import Metric, MetricDimensions, MetricValues
from app.wire.sms import SmsMessage
from server.neighbours.names import Neighbour
from server.outbox.owing import Owed

RESERVE_CREDIT = "credit.reserve"
GENERATE_INVOICE = "invoice.generate"
WITH_GAS, WITHOUT_GAS = "STANDARD", "ACCESSORIES"
DELIVERY_FEE = "運費"
SENDER = "LUCKYGAS"
_MOBILE = re.compile(r"09\d{8}")
_SLOTS = {TimeSlot.MORNING: "上午", TimeSlot.AFTERNOON: "下午", TimeSlot.EVENING: "晚上"}


def reserves_credit(body: OrderBody) -> bool:
    """Whether the order is on account, and something is left to be paid."""
    return body.payment_method is PaymentMethod.MONTHLY and body.payable > 0


def credit(body: OrderBody, operation: CreditOperation, override_by: str = "") -> Owed:
    """One entry of the credit ledger for the whole payable."""
    update = CreditUpdate(
        operation=operation,
        amount=body.payable,
        order_id=body.order_id,
        timestamp=datetime.now(UTC),
        revision=body.revision,
        override_by=override_by,
    )
    path = f"/internal/customers/{body.customer_id}/credit"
    return _owed(body, Neighbour.CUSTOMERS, path, update, f"credit.{operation.lower()}")


def stock(body: OrderBody, operation: StockOperation) -> Owed:
    """All cylinders of the order, reserved, given back or gone."""
    pieces = Counter[str]()
    for line in body.lines:
        pieces[line.product_id] += line.quantity
    reservation = StockReservation(
        order_id=body.order_id,
        operation=operation,
        lines=tuple(StockReservationLine(product_id=p, quantity=n) for p, n in pieces.items()),
        timestamp=datetime.now(UTC),
        revision=body.revision,
    )
    path = "/internal/products/reservations"
    return _owed(body, Neighbour.DATA, path, reservation, f"stock.{operation.lower()}")


def submission(body: OrderBody, buyer: CustomerBody) -> Owed:
    """The order, to be delivered on its day; a later revision replaces it."""
    order = DispatchOrder(
        order_id=body.order_id,
        customer_id=body.customer_id,
        delivery_address=body.delivery_address,
        time_slot=body.time_slot,
        priority=body.priority,
        products=tuple(
            DispatchProduct(product_id=x.product_id, quantity=x.quantity, weight_kg=x.weight_kg)
            for x in body.lines
        ),
        special_instructions=body.note,
        contact_phone=body.contact_phone,
        customer_name=buyer.customer_name,
        cash_due=body.payable if _is_collected(body) else Decimal(0),
        revision=body.revision,
    )
    whole_day = DispatchSubmission(delivery_date=body.delivery_date, orders=(order,))
    path = "/internal/dispatch/orders"
    return _owed(body, Neighbour.DISPATCH, path, whole_day, "dispatch.submit")


def withdrawal(body: OrderBody) -> Owed:
    """The order is not to be delivered any more."""
    path = f"/internal/dispatch/orders/{body.order_id}"
    return _owed(body, Neighbour.DISPATCH, path, None, "dispatch.withdraw", method="DELETE")


def invoice(body: OrderBody, buyer: CustomerBody) -> Owed:
    """The invoice that the order was printed with."""
    is_business = body.invoice_type is InvoiceType.TRIPLICATE
    is_on_account = body.payment_method is PaymentMethod.MONTHLY
    request = InvoiceRequest(
        order_id=body.order_id,
        invoice_type=body.invoice_type,
        customer_info=InvoiceCustomer(
            customer_id=body.customer_id,
            customer_name=buyer.customer_name,
            tax_id=body.tax_id if is_business else None,
            address=body.delivery_address,
            email=buyer.email,
        ),
        items=_items(body),
        subtotal=body.invoice_sales,
        tax_amount=body.invoice_tax,
        total_amount=body.invoice_sales + body.invoice_tax,
        payment_info=InvoicePayment(
            method=body.payment_method,
            due_date=_due(body, buyer) if is_on_account else None,
        ),
        revision=body.revision,
    )
    return _owed(body, Neighbour.INVOICES, "/internal/invoices/generate", request, GENERATE_INVOICE)


def invoice_cancellation(body: OrderBody, reason: str, by: str) -> Owed:
    """The invoice of the order is void; its id is known when it is delivered, at the latest."""
    cancellation = InvoiceCancellation(reason=reason, order_id=body.order_id, cancelled_by=by)
    path = "/internal/invoices/{invoice_id}/cancel"
    return _owed(body, Neighbour.INVOICES, path, cancellation, "invoice.cancel")


def invoiced(body: OrderBody) -> Decimal:
    """The part of the payable that is due for the invoice."""
    return min(body.invoice_sales + body.invoice_tax, body.payable)


def receivable(body: OrderBody, buyer: CustomerBody, invoice_id: str | None) -> Owed | None:
    """What is due for the invoice, or without one for the rest; None when that is nothing."""
    amount = body.payable - invoiced(body) if invoice_id is None else invoiced(body)
    if amount <= 0:
        return None
    claim = Receivable(
        order_id=body.order_id,
        customer_id=body.customer_id,
        amount=amount,
        due_date=_due(body, buyer),
        invoice_id=invoice_id,
        payment_terms=_terms(body, buyer),
        revision=body.revision,
    )
    path = "/internal/accounts/receivables"
    return _owed(body, Neighbour.ACCOUNTS, path, claim, "receivable.create")


def receivable_cancellation(body: OrderBody) -> Owed:
    """Nothing is due for this revision of the order any more."""
    path = f"/internal/accounts/receivables/{body.order_id}/cancel"
    return _owed(body, Neighbour.ACCOUNTS, path, None, "receivable.cancel")


def metric(body: OrderBody, buyer: CustomerBody, kind: MetricType, sign: int = 1) -> Owed:
    """One fact for the real-time figures; `sign` -1 takes back what was counted before.

    Revenue is goods with tax (spec's 1785). See docs/rules/metrics.md.
    """
    cylinders = sum(line.quantity for line in body.lines if line.weight_kg > 0)
    fact = Metric(
        metric_type=kind,
        timestamp=datetime.now(UTC),
        dimensions=MetricDimensions(
            zone=body.zone,
            customer_type=buyer.customer_type,
            product_category=WITH_GAS if cylinders else WITHOUT_GAS,
            payment_method=body.payment_method,
        ),
        values=MetricValues(
            order_count=sign,
            revenue=(body.goods + body.tax) * sign,
            cylinder_count=cylinders * sign,
        ),
        metric_id=f"{body.order_id}/{body.revision}/{kind}{'/back' if sign < 0 else ''}",
    )
    return _owed(body, Neighbour.REPORTS, "/internal/reports/metrics", fact, f"metric.{kind}")


def confirmation(body: OrderBody) -> Owed | None:
    """The text that confirms the order, to a mobile telephone (spec, SMS Gateway); else None."""
    digits = "".join(c for c in body.contact_phone if c.isdigit())
    if not _MOBILE.fullmatch(digits):
        return None
    day = f"{body.delivery_date.month}/{body.delivery_date.day}"
    message = SmsMessage(
        to=digits,
        message=f"您的訂單 {body.order_id} 已確認。預計配送時間：{day} {_SLOTS[body.time_slot]}。"
        f"金額：NT${body.payable:,.0f}",
        sender=SENDER,
    )
    return _owed(body, Neighbour.SMS, "/send", message, "sms.confirm")


def _owed(  # the six words of one call
    body: OrderBody,
    neighbour: Neighbour,
    path: str,
    message: Message | None,
    operation: str,
    method: str = "POST",
) -> Owed:
    lane = f"{body.order_id}/{neighbour}"
    return Owed(neighbour, method, path, message, lane, body.order_id, operation)


def _items(body: OrderBody) -> tuple[InvoiceItem, ...]:
    items = [
        InvoiceItem(
            description=line.description,
            quantity=line.quantity,
            unit_price=line.unit_price,
            amount=line.amount,
        )
        for line in body.lines
    ]
    quoted = sum((line.amount for line in body.lines), Decimal(0))
    # Lines that are more than the goods before tax are quoted with it: so is their fee.
    with_tax = body.invoice_tax if quoted != body.goods else Decimal(0)
    fee = body.invoice_sales + with_tax - quoted
    if body.delivery_fee > 0 and fee > 0:
        items.append(InvoiceItem(description=DELIVERY_FEE, quantity=1, unit_price=fee, amount=fee))
    return tuple(items)


def _due(body: OrderBody, buyer: CustomerBody) -> date:
    return due_date(_terms(body, buyer), body.delivery_date)


def _terms(body: OrderBody, buyer: CustomerBody) -> PaymentTerms:
    """The account's terms, where the order goes on account; else it is due at delivery."""
    return buyer.payment_terms if reserves_credit(body) else PaymentTerms.CASH


def _is_collected(body: OrderBody) -> bool:
    return body.payment_method in {PaymentMethod.CASH, PaymentMethod.COD}
