"""What the blocks of an order have in common."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.orders import OrderDraft
from app.domain.pricing import Quote
from app.services.orders import OrderInHand
from ui.widgets.spoken import Spoken


class OrderPart(Spoken):
    """Shows its part of an order; every intent goes out as a whole new draft."""

    draft_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order: OrderInHand | None = None

    def set_order(self, order: OrderInHand, quote: Quote) -> None:
        """Show this order; fields that agree with it are left alone."""
        self._order = order
        self._show(order, quote)

    def stops(self) -> Sequence[QWidget]:
        """The fields that Enter walks through, in the order people speak."""
        return ()

    def _show(self, order: OrderInHand, quote: Quote) -> None:
        """Fill the fields in."""
        raise NotImplementedError

    @property
    def _draft(self) -> OrderDraft:
        assert self._order is not None, "a part is shown only with an order"
        return self._order.draft
