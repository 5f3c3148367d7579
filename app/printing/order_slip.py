"""Order slips: the A4 delivery note for driver and customer, and the 57 mm strip."""

from app.printing.letterhead import Heading
from app.printing.paper import press
from app.printing.slip_sheet import draw_slip_sheet
from app.printing.slip_strip import draw_slip_strip
from app.wire.orders import OrderBody
from app.wire.registers import RegisterLease

_TITLE = "送貨單"


def order_slip_a4(order: OrderBody, shop: RegisterLease, *, reprint: bool) -> bytes:
    """The delivery note as PDF; more sheets for many lines. The same input gives the same bytes."""
    heading = Heading(_TITLE, order, shop, reprint)
    return press(lambda: draw_slip_sheet(heading))


def order_slip_57mm(order: OrderBody, shop: RegisterLease, *, reprint: bool) -> bytes:
    """The note as a strip of thermal paper, as long as it needs to be."""
    heading = Heading(_TITLE, order, shop, reprint)
    return press(lambda: draw_slip_strip(heading))
