"""The QR code of a slip as rows of dark and light modules."""

from app.wire.orders import OrderBody
from app.wire.slip_code import slip_code

Modules = tuple[tuple[bool, ...], ...]
_LARGEST_VERSION = 25


def order_modules(order: OrderBody) -> Modules:
    """The code that carries the whole order.

    An order too long for a code that a telephone still reads (117 modules) is named by its
    number only: `LG0:` order number, revision and identity.
    """
    # Late: only printing needs it.
    import segno

    try:
        code = segno.make_qr(slip_code(order), error="l", version=None, boost_error=True)
    except segno.DataOverflowError:
        code = None
    if code is None or int(code.version) > _LARGEST_VERSION:
        named = f"LG0:{order.order_id}/{order.revision}/{str(order.order_uid).upper()}"
        code = segno.make_qr(named, error="m")
    return tuple(tuple(bool(cell) for cell in row) for row in code.matrix)
