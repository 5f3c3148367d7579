"""The read-back sentence of an order, as it stands on the slip."""

from datetime import UTC, datetime

from app.domain.customers import Address, Customer, CustomerStatus, CustomerType, PaymentTerms
from app.domain.orders import OrderDraft
from app.domain.pricing import Quote, QuotedLine
from app.domain.read_back import read_back
from app.domain.tax import TaxSplit
from app.wire.orders import OrderBody, OrderLineBody

# Paper is read on another day than it was printed: no 明天, the date itself.
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def spoken_order(order: OrderBody) -> str:
    """The sentence that the clerk read to the caller, with the date in place of 明天."""
    return read_back(_draft(order), _quote(order), _customer(order))


def _draft(order: OrderBody) -> OrderDraft:
    return OrderDraft(
        uid=order.order_uid,
        customer_id=order.customer_id,
        opened_at=order.taken_at,
        delivery_date=order.delivery_date,
        address_id=0,
        slot=order.time_slot,
        priority=order.priority,
        payment=order.payment_method,
    )


def _quote(order: OrderBody) -> Quote:
    return Quote(
        lines=tuple(_line(line) for line in order.lines),
        goods=order.goods,
        tax=order.tax,
        delivery_fee=order.delivery_fee,
        base_delivery_fee=order.delivery_fee,
        surcharge=None,
        deposits=order.deposits,
        residual_credit=order.residual_credit,
        payable=order.payable,
        invoice=TaxSplit(order.invoice_sales, order.invoice_tax),
        price_version=order.price_version,
        quoted_at=_LONG_AGO,
    )


def _line(line: OrderLineBody) -> QuotedLine:
    return QuotedLine(
        product_id=line.product_id,
        name=line.description,
        quantity=line.quantity,
        standard_price=line.unit_price,
        unit_price=line.unit_price,
        amount=line.amount,
        is_special=False,
        discount_percent=line.amount * 0,
        empties=line.empties,
        deposits=line.deposits,
        owed=line.owed,
        deposit_amount=line.deposit_amount,
        residual_credit=line.residual_credit,
        weight_kg=line.weight_kg,
    )


def _customer(order: OrderBody) -> Customer:
    return Customer(
        customer_id=order.customer_id,
        name=order.customer_name,
        customer_type=CustomerType.RESIDENTIAL,
        status=CustomerStatus.ACTIVE,
        payment_terms=PaymentTerms.CASH,
        phones=(),
        addresses=(Address(0, order.delivery_address, order.zone),),
    )
