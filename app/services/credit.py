"""Credit at the counter: the office's answer, else the copy, else the offline allowance."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.domain.credit import (
    CreditDecision,
    CreditRequest,
    CreditState,
    Exposure,
    decide,
)
from app.domain.orders import PaymentMethod
from app.domain.pricing import Quote
from app.services.clock import Clock
from app.services.exposure import exposure_of
from app.services.freshness import copy_time
from app.services.order_rows import OrderInHand
from app.transport.errors import SyncError
from app.wire.to_domain import credit_state as to_credit_state
from local_db.database import Database
from local_db.reference import credit_state
from sync.gateways.office import Office
from sync.state import SyncState


class CreditDesk:
    """Decides whether an order may go on account; never raises for the network's sake."""

    def __init__(self, database: Database, office: Office, state: SyncState, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._state = state
        self._clock = clock

    async def decision(self, order: OrderInHand, quoted: Quote) -> CreditDecision:
        """The best decision to be had within 1.5 s; asks the office only for orders on account."""
        live = None
        if order.draft.payment is PaymentMethod.MONTHLY and order.customer.has_account:
            live = await self._ask(order.draft.customer_id)
        return self._decide(order, quoted, live)

    def _copy(self, session: Session, customer_id: str) -> CreditState | None:
        """The copied figures, as old as the copy is: a quiet account does not grow stale."""
        known, complete_at = credit_state(session, customer_id), copy_time(session, self._state)
        if known is None or complete_at is None:
            return known
        return replace(known, as_of=max(known.as_of, complete_at))

    async def _ask(self, customer_id: str) -> CreditState | None:
        try:
            return to_credit_state(await self._office.credit(customer_id))
        except SyncError:  # no answer, or none about this customer: the copy decides
            return None

    def _decide(
        self, order: OrderInHand, quoted: Quote, live: CreditState | None
    ) -> CreditDecision:
        customer_id = order.draft.customer_id
        request = CreditRequest(quoted.payable, order.draft.payment, order.customer.has_account)
        copy, exposure = None, Exposure()
        if request.method is PaymentMethod.MONTHLY:
            with self._database.read() as session:
                copy = self._copy(session, customer_id)
                exposure = exposure_of(session, customer_id, with_acknowledged=live is None)
        return decide(
            request,
            live or copy,
            exposure,
            order.book.parameters.allowance,
            self._clock(),
            live=live is not None,
        )
