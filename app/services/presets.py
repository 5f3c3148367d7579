"""A new order preset with what the customer usually takes. See docs/rules/presets.md."""

from datetime import datetime
from uuid import UUID

from app.domain.catalogue import PriceBook
from app.domain.customers import Customer
from app.domain.hours import earliest_delivery
from app.domain.orders import (
    DraftLine,
    InvoiceType,
    OrderDraft,
    PaymentMethod,
    Priority,
)
from app.services.customer_rows import PastOrder


def preset_draft(
    customer: Customer, last: PastOrder | None, book: PriceBook, uid: UUID, now: datetime
) -> OrderDraft:
    """A draft like the last order: same goods, every cylinder exchanged, earliest slot."""
    day, slot = earliest_delivery(now, book.parameters, Priority.NORMAL)
    address = customer.default_address
    last_address = next(
        (a for a in customer.addresses if last and a.full_address == last.address), address
    )
    return OrderDraft(
        uid=uid,
        customer_id=customer.customer_id,
        opened_at=now,
        delivery_date=day,
        slot=slot,
        lines=_usual_lines(last, book),
        address_id=last_address.address_id if last_address else None,
        payment=PaymentMethod.MONTHLY if customer.has_account else PaymentMethod.COD,
        invoice_type=(
            InvoiceType.TRIPLICATE if customer.has_valid_tax_id else InvoiceType.DUPLICATE
        ),
        tax_id=customer.tax_id or "",
        contact_phone=customer.phones[0].digits if customer.phones else "",
        note=last_address.note if last_address else "",
    )


def _usual_lines(last: PastOrder | None, book: PriceBook) -> tuple[DraftLine, ...]:
    """The last order's lines that can still be sold; else one piece of the first product."""
    if last is not None:
        usual = tuple(_exchanged(line, book) for line in last.lines if _is_sold(line, book))
        if usual:
            return usual
    first = next((p for p in book.products.values() if p.active), None)
    return (_exchanged(DraftLine(first.product_id, 1), book),) if first else ()


def _is_sold(line: DraftLine, book: PriceBook) -> bool:
    product = book.products.get(line.product_id)
    return product is not None and product.active


def _exchanged(line: DraftLine, book: PriceBook) -> DraftLine:
    """The line with an empty taken back for every cylinder that wants one."""
    wants_empty = book.products[line.product_id].requires_empty_return
    return DraftLine(line.product_id, line.quantity, line.quantity if wants_empty else 0)
