"""The order desk: open, quote, check credit, place, look up, cancel."""

from datetime import date
from uuid import UUID

from app.domain.credit import CreditDecision
from app.domain.hours import business_date
from app.domain.numbers import new_uid
from app.domain.pricing import Quote, quote
from app.domain.read_back import read_back
from app.domain.violations import Field, Rule, RuleViolation, Violation
from app.services.cancelling import cancel_order
from app.services.clock import Clock
from app.services.credit import CreditDesk
from app.services.drafts import drafts, drop_draft, keep_draft
from app.services.order_body import Taking
from app.services.order_lists import last_orders, orders_of_day, similar_orders
from app.services.order_rows import (
    CreditRefused,
    NotSaved,
    OrderInHand,
    OrderSummary,
    PlacedOrder,
    TotalChanged,
    UploadState,
)
from app.services.placing import save_order
from app.services.presets import preset_draft
from app.services.session import SessionDesk, SignedIn
from local_db.database import Database
from local_db.errors import StorageRefused
from local_db.reference import find_customer, price_book

__all__ = [
    "CreditRefused",
    "NotSaved",
    "OrderInHand",
    "OrderSummary",
    "OrdersDesk",
    "PlacedOrder",
    "TotalChanged",
    "UploadState",
]


class OrdersDesk:
    """Takes orders. Every answer comes from this machine first; the office is asked for credit."""

    def __init__(
        self, database: Database, credit: CreditDesk, session: SessionDesk, clock: Clock
    ) -> None:
        self._database = database
        self._credit = credit
        self._session = session
        self._clock = clock

    def start(self, customer_id: str) -> OrderInHand:
        """Open an order preset with the customer's last one, for the earliest possible slot.

        Raises `RuleViolation` when the local copy knows no such customer or no prices.
        """
        now = self._clock()
        with self._database.read() as session:
            customer, book = find_customer(session, customer_id), price_book(session)
            past = last_orders(session, customer_id, 1)
        if customer is None or book is None:
            raise RuleViolation((Violation(Field.CUSTOMER, Rule.CUSTOMER_UNKNOWN),))
        draft = preset_draft(customer, past[0] if past else None, book, new_uid(), now)
        return OrderInHand(draft, customer, book)

    def resume(self) -> OrderInHand | None:
        """The newest draft that was neither placed nor dropped (after a crash); None if none.

        Drafts for customers who are no longer known are passed over.
        """
        with self._database.read() as session:
            book = price_book(session)
            for draft in drafts(session):
                customer = find_customer(session, draft.customer_id)
                if customer is not None and book is not None:
                    return OrderInHand(draft, customer, book)
        return None

    def keep(self, order: OrderInHand) -> None:
        """Make the draft survive a crash. Raises `NotSaved` when the disk refuses."""
        try:
            with self._database.write() as session:
                keep_draft(session, order.draft, self._clock())
        except StorageRefused as refused:
            raise NotSaved(str(refused)) from refused

    def drop(self, order: OrderInHand) -> None:
        """The clerk throws the draft away on purpose."""
        with self._database.write() as session:
            drop_draft(session, order.draft.uid)

    def quote(self, order: OrderInHand) -> Quote:
        """Price the draft with its own price list; cheap enough for every key."""
        return quote(order.draft, order.customer, order.book, self._clock())

    def read_back(self, order: OrderInHand, quoted: Quote) -> str:
        """The sentence the clerk reads back to the customer (Traditional Chinese)."""
        return read_back(order.draft, quoted, order.customer)

    async def credit(self, order: OrderInHand, quoted: Quote) -> CreditDecision:
        """May it go on account: live within 1.5 s, else from the copy, else by allowance."""
        return await self._credit.decision(order, quoted)

    async def place(self, order: OrderInHand, shown: Quote) -> PlacedOrder:
        """Save the order durably and queue it for the office.

        Raises `RuleViolation`, `TotalChanged`, `CreditRefused`, `NotSaved`; then nothing is saved.
        """
        current = self._requoted(order, shown)
        quoted = self.quote(current)
        decision = await self._credit.decision(current, quoted)
        if not decision.allows:
            raise CreditRefused(decision)
        number = self._session.register
        if number is None:
            raise NotSaved("This counter has no register code yet. Sign in once with the office.")
        taking = Taking(number, self._clerk().username, self._clock(), decision)
        return save_order(self._database, current, quoted, taking)

    def similar(self, order: OrderInHand) -> tuple[OrderSummary, ...]:
        """Orders of the last 3 hours for the same household (double-order guard)."""
        with self._database.read() as session:
            return similar_orders(session, order.draft, order.customer, self._clock())

    def today(self) -> date:
        """The business date (Taipei)."""
        return business_date(self._clock())

    def of_day(self, day: date, text: str = "") -> tuple[OrderSummary, ...]:
        """Orders taken on that day, newest first, narrowed by number, name, phone or address."""
        with self._database.read() as session:
            return orders_of_day(session, day, text)

    def cancel(self, order_uid: UUID, reason: str) -> None:
        """Cancel an order of this register; `RuleViolation` when it is too late for a clerk."""
        cancel_order(self._database, order_uid, reason, self._clerk(), self._clock())

    def _requoted(self, order: OrderInHand, shown: Quote) -> OrderInHand:
        """The order with the customer and prices of now; refuses if it breaks a rule or changed."""
        with self._database.read() as session:
            customer = find_customer(session, order.draft.customer_id) or order.customer
            book = price_book(session) or order.book
        current = OrderInHand(order.draft, customer, book)
        quoted = self.quote(current)
        if not quoted.is_orderable:
            raise RuleViolation(quoted.violations)
        if quoted.payable != shown.payable:
            raise TotalChanged(current, quoted)
        return current

    def _clerk(self) -> SignedIn:
        if self._session.current is None:
            raise NotSaved("Nobody is signed in. Sign in again; the draft is kept.")
        return self._session.current
