"""The order desk: from a ring to a saved order without touching the mouse."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut

from app.domain.violations import RuleViolation
from app.services.calls import Call, CallsDesk, CallState
from app.services.customers import CustomersDesk
from app.services.documents import DocumentsDesk
from app.services.orders import (
    OrderInHand,
    OrdersDesk,
)
from ui.live import Live
from ui.screens.order_desk.saving import OrderSaving
from ui.sentences import sentence
from ui.tasks import ask, spawn
from ui.widgets.action_button import ActionButton
from ui.widgets.order.state import DeskState, Phase
from ui.widgets.question import Question


class OrderDesk(OrderSaving):
    """Takes orders; a ring shows a card here only while nothing is being done."""

    tables = frozenset({"calls", "orders", "outbox", "ref.customers", "ref.credit"})
    order_opened = Signal(UUID)

    def __init__(
        self,
        customers: CustomersDesk,
        orders: OrdersDesk,
        calls: CallsDesk,
        documents: DocumentsDesk,
        live: Live,
    ) -> None:
        super().__init__(customers, orders, calls, documents, live)
        self._connect()
        self._bind_keys()
        self._take_up_draft()

    def refresh(self) -> None:
        """Look at the calls, the open card and the saved order again."""
        state = self._state
        if state.card is not None and not state.saving:
            card = self._customers.card(state.card.customer.customer_id)
            state = replace(state, card=card or state.card)
        if state.saved is not None and state.saved_uid is not None:
            state = replace(state, saved=self._uploaded(state.saved))
        self._set(state)
        self._greet()

    def retranslate(self) -> None:
        """The view speaks for itself; only the saved order's credit sentence is kept as text."""
        self._render()

    def take_focus(self) -> None:
        """On the field where the order was left, else on the search box."""
        if self._state.phase is Phase.ORDER:
            self.view.form.start()
        else:
            self._idle_focus()

    def key_help(self) -> tuple[tuple[str, str], ...]:
        """Keys of this screen."""
        return (
            ("0–9", self.tr("find a customer by the last digits")),
            ("Enter", self.tr("open the card, the order, the next field")),
            ("Esc", self.tr("one step back; nothing is lost")),
            ("Ctrl+Enter", self.tr("save and print")),
            ("Alt+1 … Alt+5", self.tr("go to a block")),
            ("Alt+N", self.tr("note for the driver")),
            ("↑ ↓", self.tr("quantity, address, results")),
            ("← →", self.tr("day, slot, payment, invoice")),
            ("Alt+A", self.tr("add a product")),
            ("Alt+X", self.tr("remove the line")),
            ("F6 / F7", self.tr("open the similar order / it is a second one")),
            ("F8", self.tr("show or hide orders and account")),
            ("Ctrl+D", self.tr("throw the draft away")),
            ("Ctrl+P", self.tr("print the saved order again")),
        )

    def open_call(self, call: Call) -> None:
        """Show the caller's card because the clerk asked for it; an open order is put aside."""
        self._park()
        if call.state is CallState.MISSED:
            self._calls.called_back(call.call_id)
        self.view.search.clear()
        self._show_call(call)
        self._idle_focus()

    def open_customer(self, customer_id: str) -> None:
        """Show a customer's card; an open order is put aside."""
        self._park()
        card = self._customers.card(customer_id)
        self.view.search.clear()
        if card is not None:
            # Whoever is looked up during a call nobody could place is the caller.
            call = self._state.call if self._state.card is None else None
            self._set(DeskState(card=card, call=call, parked=customer_id in self._parked))
        self._idle_focus()

    def put_aside(self) -> None:
        """Make an open draft durable and put it aside, before somebody leaves."""
        self._park()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the fields have left over."""
        key, text = event.key(), event.text()
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if held == Qt.KeyboardModifier.NoModifier:
                self._enter()
            elif held == Qt.KeyboardModifier.ControlModifier:
                self._save()
        elif key == Qt.Key.Key_Escape:
            self._step_back()
        elif held not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            super().keyPressEvent(event)
        elif self._state.phase is not Phase.ORDER and text.isprintable() and text:
            # Inserting first brings a folded search box back, so that it can take the focus.
            self.view.search.edit.insert(text)
            self.view.search.setFocus()
        elif text in ("1", "2", "3", "4", "5"):
            self.view.form.enter_block(int(text))
        elif text == "+":
            self.view.form.lines.add_first()
        else:
            super().keyPressEvent(event)

    def _connect(self) -> None:
        view = self.view
        view.search.searched.connect(self._search)
        view.search.moved.connect(view.hits.walk)
        view.search.picked.connect(self._accept)
        view.hits.picked.connect(self.open_customer)
        view.missed.picked.connect(self._open_missed)
        view.prompt.order_requested.connect(self._open_order)
        view.prompt.drop_requested.connect(self._drop)
        view.form.draft_changed.connect(self._set_draft)
        view.form.stepped_out.connect(self._leave_form)
        view.total.save_requested.connect(self._save)
        view.open_similar_requested.connect(self._open_similar)
        view.second_order_confirmed.connect(self._confirm_second)
        view.saved.reprint_requested.connect(self._reprint)

    def _bind_keys(self) -> None:
        form = self.view.form
        bound: dict[str, Callable[[], object]] = {
            **{f"Alt+{n}": partial(self._go_to_block, n) for n in range(1, 6)},
            "Alt+N": lambda: self._in_order(form.note.setFocus),
            "Alt+A": lambda: self._in_order(form.lines.add_first),
            "Alt+X": lambda: self._in_order(form.lines.remove_focused),
            "F6": self._open_similar,
            "F7": self._confirm_second,
            "F8": self.view.columns.show_next,
            "Ctrl+D": self._drop,
            "Ctrl+P": self._reprint,
        }
        for key, action in bound.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action)

    def _search(self, text: str) -> None:
        if self._state.phase is Phase.ORDER and text:
            self._park()
        hits = self._customers.search(text) if text.strip() else ()
        self._set(replace(self._state, text=text.strip(), hits=hits))

    def _accept(self) -> None:
        """Enter in the search box: the result, else the order of the card."""
        hit = self.view.hits.current
        if self._state.hits and hit is not None:
            self.open_customer(hit.key)
        elif not self._state.text:
            self._enter()

    def _greet(self) -> None:
        """Show who is ringing, but only while nothing else is being done here."""
        busy = self._state.phase in (Phase.ORDER, Phase.CARD) or bool(self._state.text)
        ringing = self._calls.newest_ringing()
        call = self._state.call
        if call is not None and self._state.phase in (Phase.CARD, Phase.STRANGER):
            gone = ringing is None or ringing.call_id != call.call_id
            busy = not (gone and call.state is CallState.RINGING and not self._state.text)
        if ringing is None or ringing.call_id == self._state.rang_before:
            return
        if not busy and (call is None or ringing.call_id != call.call_id):
            self._show_call(ringing)

    def _show_call(self, call: Call) -> None:
        owners = self._customers.by_phone(call.digits) if call.digits else ()
        if len(owners) > 1:
            self._set(DeskState(call=call, hits=owners))
            return
        card = self._customers.card(call.customer_id) if call.customer_id else None
        parked = call.customer_id in self._parked
        self._set(DeskState(call=call, card=card, parked=parked))

    def _open_order(self) -> None:
        card = self._state.card
        if card is None:
            return
        customer_id = card.customer.customer_id
        try:
            order = self._parked.pop(customer_id, None) or self._orders.start(customer_id)
        except RuleViolation as broken:
            self._set(replace(self._state, problem=sentence(broken.violations[0])))
            return
        call = self._state.call or self._unplaced_ring(customer_id)
        if call is not None and call.state is CallState.RINGING:
            call = self._calls.answer(call.call_id)
        self._set(DeskState(card=card, call=call).with_order(order, self._orders))
        self._look_for_doubles()
        self._settle()
        self.view.form.start()

    def _unplaced_ring(self, customer_id: str) -> Call | None:
        """A call of this customer, or one that nobody could place: it is who the order is for."""
        ringing = self._calls.newest_ringing()
        if ringing is None or ringing.customer_id not in (None, customer_id):
            return None
        return ringing

    def _drop(self) -> None:
        card = self._state.card
        order = self._state.order or (
            self._parked.get(card.customer.customer_id) if card is not None else None
        )
        if order is not None and not self._state.saving:
            spawn(self._ask_drop(order))

    async def _ask_drop(self, order: OrderInHand) -> None:
        question = Question(
            self,
            self.tr("Throw this draft away?"),
            self.tr("The order for {name} has not been saved.").format(name=order.customer.name),
            self.tr("Throw it away"),
        )
        if await ask(question):
            self._pause.stop()
            self._parked.pop(order.customer.customer_id, None)
            self._orders.drop(order)
            self._set(DeskState(card=self._state.card, call=self._state.call))
        self.activateWindow()
        self.take_focus()

    def _save(self) -> None:
        state = self._state
        if state.order is None or state.quote is None or state.saving:
            return
        if state.asks_about_double:
            said = self.tr(
                "First say whether this is a second order: F6 opens that one, F7 goes on."
            )
            self._set(replace(state, problem=said))
        elif not state.quote.is_orderable:
            self.view.form.enter_violation(state.quote.violations)
        else:
            self._pause.stop()
            self._set(replace(state, saving=True, problem=""))
            spawn(self._place(state.order, state))

    def _enter(self) -> None:
        focus = self.view.focusWidget()
        if isinstance(focus, ActionButton):
            focus.click()
        elif self._state.phase is Phase.ORDER:
            self.view.form.go_on()
        elif self._state.phase is Phase.CARD:
            self._open_order()
        elif self._state.phase is Phase.SAVED:
            self._go_idle()

    def _step_back(self) -> None:
        phase = self._state.phase
        if self._state.text:
            self.view.search.clear()
        elif phase is Phase.ORDER and self.view.total.save.hasFocus():
            self.view.form.go_to_last()
        elif phase is Phase.ORDER:
            self.view.form.go_back()
        elif phase is not Phase.IDLE:
            self._go_idle()

    def _go_idle(self) -> None:
        """Nothing open: whoever is ringing is shown."""
        self._set(DeskState())
        self._idle_focus()
        self._greet()

    def _leave_form(self, by: int) -> None:
        if by > 0:
            self.view.total.save.setFocus()
        else:
            self._park()
            self._idle_focus()

    def _go_to_block(self, number: int) -> None:
        self._in_order(partial(self.view.form.enter_block, number))

    def _open_similar(self) -> None:
        if self._state.asks_about_double:
            similar = self._state.similar[0]
            self._park()
            self.order_opened.emit(similar.order_uid)

    def _confirm_second(self) -> None:
        if self._state.asks_about_double:
            self._set(replace(self._state, is_second_order=True, problem=""))

    def _open_missed(self, key: str) -> None:
        call = next((c for c in self._state.missed if str(c.call_id) == key), None)
        if call is not None:
            self.open_call(call)
