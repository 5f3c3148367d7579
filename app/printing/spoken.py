"""The read-back sentence of an order, as it stands on the slip."""

from app.domain.read_back import SpokenLine, SpokenOrder, say
from app.wire.orders import OrderBody


def spoken_order(order: OrderBody) -> str:
    """The sentence that the clerk read to the caller, with the date in place of 明天."""
    spoken = SpokenOrder(
        address=order.delivery_address,
        lines=tuple(
            SpokenLine(x.description, x.quantity, x.weight_kg, x.empties, x.deposits, x.owed)
            for x in order.lines
        ),
        delivery_date=order.delivery_date,
        slot=order.time_slot,
        priority=order.priority,
        payment=order.payment_method,
        payable=order.payable,
        residual_credit=order.residual_credit,
    )
    return say(spoken, today=None)
