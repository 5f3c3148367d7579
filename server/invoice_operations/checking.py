"""What an invoice may look like, before it is queued. See docs/rules/invoices.md."""

from decimal import Decimal

from app.domain.invoices import is_possible_tax
from app.domain.money import ZERO, whole
from app.domain.orders import InvoiceType
from app.domain.tax import is_tax_id
from app.wire.invoices import InvoiceItem, InvoiceRequest
from server.plausibility import check_id
from server.refusals import Malformed

MOST_ITEMS = 9999
LONGEST_NAME = 500


def check_request(request: InvoiceRequest) -> None:
    """Raise `Malformed` with what is wrong and what would be right."""
    check_id(request.order_id, "order_id")
    check_id(request.customer_info.customer_id, "customer_id")
    if request.revision < 1:
        raise Malformed("REVISION", "A revision is 1 or more.")
    _check_amounts(request)
    _check_items(request)
    tax_id = request.customer_info.tax_id or ""
    if request.invoice_type is InvoiceType.TRIPLICATE and not is_tax_id(tax_id):
        raise Malformed(
            "TAX_ID", f"TRIPLICATE needs a valid tax id of the buyer; {tax_id!r} is none."
        )


def buyer_of(request: InvoiceRequest) -> str:
    """The tax id that stands on the invoice; empty for a consumer."""
    is_business = request.invoice_type is InvoiceType.TRIPLICATE
    return (request.customer_info.tax_id or "") if is_business else ""


def _check_amounts(request: InvoiceRequest) -> None:
    figures = (request.subtotal, request.tax_amount, request.total_amount)
    if any(figure != whole(figure) or figure < 0 for figure in figures) or figures[2] <= 0:
        raise Malformed("AMOUNT", "Subtotal, tax and total are whole 元, the total more than none.")
    if request.subtotal + request.tax_amount != request.total_amount:
        raise Malformed(
            "TOTAL",
            f"Subtotal {request.subtotal} and tax {request.tax_amount} are not the total "
            f"{request.total_amount}.",
        )
    if not is_possible_tax(request.subtotal, request.tax_amount):
        raise Malformed("TAX", f"{request.tax_amount} is not 5 % of {request.subtotal}, rounded.")


def _check_items(request: InvoiceRequest) -> None:
    if not 1 <= len(request.items) <= MOST_ITEMS:
        raise Malformed("ITEMS", f"An invoice has 1 to {MOST_ITEMS} items.")
    for position, item in enumerate(request.items, 1):
        _check_item(position, item)
    together = whole(sum((item.amount for item in request.items), ZERO))
    if together not in (request.subtotal, request.total_amount):
        raise Malformed(
            "ITEMS", f"The items add up to {together}, not to {request.subtotal} before tax."
        )


def _check_item(position: int, item: InvoiceItem) -> None:
    if not 1 <= len(item.description.strip()) <= LONGEST_NAME:
        raise Malformed("ITEM", f"Item {position}: the description has 1 to {LONGEST_NAME} signs.")
    if item.quantity < 1 or item.unit_price < 0 or item.amount < 0:
        raise Malformed("ITEM", f"Item {position}: at least one piece, and no negative price.")
    exact: Decimal = item.quantity * item.unit_price
    if item.amount not in (exact, whole(exact)):
        raise Malformed("ITEM", f"Item {position}: {item.amount} is not quantity × unit price.")
