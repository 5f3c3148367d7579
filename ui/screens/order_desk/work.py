"""The order in hand at the desk: kept through crashes, priced, and asked about."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer

from app.domain.orders import OrderDraft, PaymentMethod
from app.services.calls import CallsDesk
from app.services.customers import CustomersDesk
from app.services.documents import DocumentsDesk
from app.services.orders import (
    NotSaved,
    OrderInHand,
    OrdersDesk,
)
from ui.layouts import column
from ui.live import Live
from ui.screen import Screen
from ui.sentences import plain_problem
from ui.tasks import spawn
from ui.widgets.order.state import DeskState, Phase
from ui.widgets.order.view import OrderView

_PAUSE_MS = 200  # after the last key: keep the draft, ask for credit


class OrderInWork(Screen):
    """What the order desk holds: its state, the view of it, and the orders that were put aside."""

    def __init__(
        self,
        customers: CustomersDesk,
        orders: OrdersDesk,
        calls: CallsDesk,
        documents: DocumentsDesk,
        live: Live,
    ) -> None:
        super().__init__(live)
        self._customers, self._orders = customers, orders
        self._calls, self._documents = calls, documents
        self._state = DeskState()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._parked: dict[str, OrderInHand] = {}
        self._asked = 0
        self.view = OrderView()
        self.setLayout(column(self.view, gap=0))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._settle)

    @property
    def state(self) -> DeskState:
        """What is shown."""
        return self._state

    def _set_draft(self, draft: OrderDraft) -> None:
        state = self._state
        if state.order is None or state.saving:
            self._render()
            return
        moved = draft.address_id != state.order.draft.address_id
        state = state.with_order(state.order.with_draft(draft), self._orders)
        self._set(replace(state, credit=None, credit_asked=True, problem="", former_total=None))
        if moved:
            self._look_for_doubles()
        self._pause.start()

    def _look_for_doubles(self) -> None:
        if self._state.order is not None:
            self._set(replace(self._state, similar=self._orders.similar(self._state.order)))

    def _settle(self) -> None:
        """A pause in typing: make the draft durable and ask for credit."""
        order, quote = self._state.order, self._state.quote
        if order is None or quote is None or self._state.saving:
            return
        self._keep(order)
        self._asked += 1
        if order.draft.payment is PaymentMethod.MONTHLY:
            self._set(replace(self._state, credit_asked=True))
            spawn(self._ask_credit(order, self._asked))

    def _keep(self, order: OrderInHand) -> None:
        """Make the draft durable; when the disk refuses, say so and go on with it in memory."""
        try:
            self._orders.keep(order)
        except NotSaved as reason:
            self._set(replace(self._state, problem=plain_problem(str(reason))))

    async def _ask_credit(self, order: OrderInHand, question: int) -> None:
        quote = self._orders.quote(order)
        decision = await self._orders.credit(order, quote)
        if question == self._asked and self._state.order is not None:
            self._set(replace(self._state, credit=decision, credit_asked=False))

    def _park(self) -> None:
        """Put an open order aside; it waits on the customer's card and survives a crash."""
        order = self._state.order
        if order is None or self._state.saving:
            return
        self._pause.stop()
        self._keep(order)
        self._parked[order.customer.customer_id] = order
        card = self._state.card
        self._set(DeskState(card=card, call=self._state.call, parked=card is not None))

    def _take_up_draft(self) -> None:
        """After a crash the newest draft waits on its customer's card."""
        order = self._orders.resume()
        if order is not None:
            self._parked[order.customer.customer_id] = order
            card = self._customers.card(order.customer.customer_id)
            self._set(DeskState(card=card, parked=card is not None))

    def _idle_focus(self) -> None:
        """On the search box; on the desk itself while the window is too narrow to show it."""
        search = self.view.search
        if search.isVisibleTo(self):
            search.setFocus()
        else:
            self.setFocus()

    def _in_order(self, action: Callable[[], object]) -> None:
        if self._state.phase is Phase.ORDER:
            action()

    def _set(self, state: DeskState) -> None:
        self._state = (
            state if state.phase is not Phase.IDLE else replace(state, missed=self._calls.missed())
        )
        self._render()

    def _render(self) -> None:
        self.view.render_state(self._state)
