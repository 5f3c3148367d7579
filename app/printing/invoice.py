"""Statements of what the invoice will say; the invoice itself is issued when the gas arrives.

A legal invoice needs a number of a leased track, so these papers say that they are none.
"""

from app.printing.invoice_sheet import draw_invoice_sheet
from app.printing.invoice_strip import draw_invoice_strip
from app.printing.letterhead import Heading
from app.printing.paper import press
from app.wire.orders import OrderBody
from app.wire.registers import RegisterLease

_TITLE = "發票明細"


def invoice_a4(order: OrderBody, shop: RegisterLease, *, reprint: bool) -> bytes:
    """The statement as PDF; more sheets for many lines. The same input gives the same bytes."""
    heading = Heading(_TITLE, order, shop, reprint)
    return press(lambda: draw_invoice_sheet(heading))


def invoice_57mm(order: OrderBody, shop: RegisterLease, *, reprint: bool) -> bytes:
    """The statement as a strip of thermal paper, as long as it needs to be."""
    heading = Heading(_TITLE, order, shop, reprint)
    return press(lambda: draw_invoice_strip(heading))
