"""What the order desk shows, as one frozen value."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from uuid import UUID

from app.domain.credit import CreditDecision
from app.domain.orders import PaymentMethod
from app.domain.pricing import Quote
from app.services.calls import Call
from app.services.customers import CustomerCard, CustomerHit
from app.services.orders import OrderInHand, OrdersDesk, OrderSummary
from ui.widgets.saved_panel import SavedView


class Phase(Enum):
    """What the middle of the screen is about."""

    IDLE = "idle"
    STRANGER = "stranger"
    CARD = "card"
    ORDER = "order"
    SAVED = "saved"


@dataclass(frozen=True, slots=True)
class DeskState:
    """Everything on the screen; `hits` belong to `text`, or to a number that several share.

    `rang_before` is a call that was ringing already when the order was saved: it waits for Enter,
    so that the number of the saved order can be read.
    """

    text: str = ""
    hits: tuple[CustomerHit, ...] = ()
    missed: tuple[Call, ...] = ()
    call: Call | None = None
    card: CustomerCard | None = None
    order: OrderInHand | None = None
    quote: Quote | None = None
    sentence: str = ""
    credit: CreditDecision | None = None
    credit_asked: bool = False
    similar: tuple[OrderSummary, ...] = ()
    is_second_order: bool = False
    former_total: Decimal | None = None
    problem: str = ""
    parked: bool = False
    saving: bool = False
    saved: SavedView | None = None
    saved_uid: UUID | None = None
    rang_before: int | None = None

    @property
    def phase(self) -> Phase:
        """What the middle of the screen is about."""
        if self.order is not None:
            return Phase.ORDER
        if self.saved is not None:
            return Phase.SAVED
        if self.card is not None:
            return Phase.CARD
        return Phase.STRANGER if self.call is not None else Phase.IDLE

    @property
    def asks_about_double(self) -> bool:
        """Whether the clerk must first say that this is a second order."""
        return self.order is not None and bool(self.similar) and not self.is_second_order

    @property
    def on_account(self) -> Decimal:
        """What the open order would take from the account."""
        if self.order is None or self.quote is None:
            return Decimal(0)
        monthly = self.order.draft.payment is PaymentMethod.MONTHLY
        return self.quote.payable if monthly else Decimal(0)

    def with_order(self, order: OrderInHand, desk: OrdersDesk) -> "DeskState":
        """The same screen with that order, priced and put into words."""
        quote = desk.quote(order)
        return replace(self, order=order, quote=quote, sentence=desk.read_back(order, quote))
