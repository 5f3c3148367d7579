"""From an order in hand to the message that is frozen, printed and uploaded."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.credit import CreditDecision
from app.domain.customers import Zone
from app.domain.hours import business_date
from app.domain.numbers import OrderNumber
from app.domain.orders import InvoiceType, OrderStatus
from app.domain.pricing import Quote, QuotedLine
from app.services.order_rows import OrderInHand
from app.wire.orders import CreditEvidence, OrderBody, OrderLineBody


@dataclass(frozen=True, slots=True)
class Taking:
    """The circumstances under which an order is taken."""

    register: int
    clerk: str
    now: datetime
    credit: CreditDecision


def order_body(order: OrderInHand, quote: Quote, number: OrderNumber, taking: Taking) -> OrderBody:
    """The whole order as it is printed; revision 1, confirmed until the office says otherwise."""
    draft, customer = order.draft, order.customer
    address = customer.address(draft.address_id)
    return OrderBody(
        order_uid=draft.uid,
        order_id=str(number),
        revision=1,
        status=OrderStatus.CONFIRMED,
        customer_id=customer.customer_id,
        customer_name=customer.name,
        contact_phone=draft.contact_phone,
        address_id=draft.address_id,
        delivery_address=address.full_address if address else "",
        zone=address.zone if address else Zone.NORTH,
        order_date=business_date(taking.now),
        delivery_date=draft.delivery_date,
        time_slot=draft.slot,
        priority=draft.priority,
        payment_method=draft.payment,
        invoice_type=draft.invoice_type,
        # A consumer invoice names no buyer; the draft keeps the id in case the type changes.
        tax_id=draft.tax_id if draft.invoice_type is InvoiceType.TRIPLICATE else "",
        note=draft.note,
        lines=tuple(_line(order, line) for line in quote.lines),
        goods=quote.goods,
        tax=quote.tax,
        delivery_fee=quote.delivery_fee,
        deposits=quote.deposits,
        residual_credit=quote.residual_credit,
        payable=quote.payable,
        invoice_sales=quote.invoice.sales,
        invoice_tax=quote.invoice.tax,
        price_version=quote.price_version,
        credit=_evidence(taking.credit),
        clerk=taking.clerk,
        taken_at=taking.now,
    )


def _line(order: OrderInHand, line: QuotedLine) -> OrderLineBody:
    said = order.draft.line(line.product_id)
    return OrderLineBody(
        product_id=line.product_id,
        description=line.name,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.amount,
        empties=line.empties,
        deposits=line.deposits,
        deposit_amount=line.deposit_amount,
        residual_kg=said.residual_kg if said else line.residual_credit * 0,
        residual_credit=line.residual_credit,
        weight_kg=line.weight_kg,
        owed=line.owed,
    )


def _evidence(decision: CreditDecision) -> CreditEvidence:
    age = None if decision.age is None else int(decision.age.total_seconds())
    return CreditEvidence(
        outcome=decision.outcome,
        source=decision.source,
        available=decision.available,
        age_seconds=age,
    )
