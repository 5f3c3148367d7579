"""Block 1: where the cylinders go."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from app.domain.addresses import short_address
from app.domain.customers import Address
from app.domain.pricing import Quote
from app.services.orders import OrderInHand
from ui import words
from ui.figures import amount
from ui.layouts import column, row
from ui.widgets.choice import Choice, Option
from ui.widgets.order.part import OrderPart
from ui.widgets.text import ElidedText, Role, Text


class AddressPart(OrderPart):
    """All addresses of the customer, the chosen one marked; Up and Down change it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = Choice(down=True)
        self._choice.chosen.connect(
            lambda value: self.draft_changed.emit(replace(self._draft, address_id=value))
        )
        self._place = ElidedText("", Role.MUTED)
        self._fee = Text("", Role.MUTED).right()
        self._place.right()
        beside = column(self._place, self._fee, 1, gap=0.25)
        layout = row(gap=2)
        layout.addWidget(self._choice)
        layout.addLayout(beside, 1)
        self.setLayout(layout)

    def stops(self) -> Sequence[QWidget]:
        """One field."""
        return (self._choice,)

    def retranslate(self) -> None:
        """Name the field."""
        self._choice.set_name(self.tr("Address"))

    def _show(self, order: OrderInHand, quote: Quote) -> None:
        self._choice.set_options([_option(a) for a in order.customer.addresses])
        self._choice.set_value(order.draft.address_id)
        self.retranslate()
        chosen = order.customer.address(order.draft.address_id)
        place = f"{_district(chosen)}　{chosen.note}".strip("　") if chosen else ""
        self._place.setText(place)
        fee = self.tr("{zone} zone, delivery {fee}")
        zone = words.zone(chosen.zone) if chosen else "—"
        self._fee.setText(fee.format(zone=zone, fee=amount(quote.base_delivery_fee)))


def _option(address: Address) -> Option:
    return Option(address.address_id, short_address(address.full_address))


def _district(address: Address) -> str:
    """What `short_address` leaves out: county and district."""
    return address.full_address.removesuffix(short_address(address.full_address))
