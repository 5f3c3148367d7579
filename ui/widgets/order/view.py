"""How the order desk is laid out, and how its state is rendered."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.domain.violations import Severity
from app.services.customers import CustomerHit, Standing
from ui import figures, words
from ui.layouts import column, row
from ui.tone import Tone
from ui.widgets.action_button import ActionButton
from ui.widgets.banner import Banner
from ui.widgets.card_prompt import CardPrompt
from ui.widgets.context_panel import ContextPanel
from ui.widgets.customer_panel import CustomerPanel
from ui.widgets.empty_state import EmptyState
from ui.widgets.message_line import MessageLine
from ui.widgets.order.form import OrderForm
from ui.widgets.order.head import OrderHead
from ui.widgets.order.state import DeskState, Phase
from ui.widgets.order.total_bar import TotalBar
from ui.widgets.saved_panel import SavedPanel
from ui.widgets.search_box import Hit, HitList, SearchBox
from ui.widgets.spoken import Spoken
from ui.widgets.text import Role, Text
from ui.widgets.three_columns import Fold, ThreeColumns


class OrderView(Spoken):
    """Renders a `DeskState`; every widget tells its own intent, the screen connects them."""

    open_similar_requested = Signal()
    second_order_confirmed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search, self.hits = SearchBox(), HitList()
        self.panel, self.context = CustomerPanel(), ContextPanel()
        self.form, self.total = OrderForm(), TotalBar()
        self.head, self.prompt, self.saved = OrderHead(), CardPrompt(), SavedPanel()
        self._idle, self._stranger = EmptyState("phone"), EmptyState("user-plus")
        self._folded = EmptyState("phone")
        self._missed_title, self.missed = Text("", Role.HEADING), HitList()
        self.double = Banner("triangle-alert", Tone.DANGER)
        self._open_similar = self.double.add_action(ActionButton("", key="F6"))
        self._open_similar.clicked.connect(lambda: self.open_similar_requested.emit())
        self._is_second = self.double.add_action(ActionButton("", key="F7"))
        self._is_second.clicked.connect(lambda: self.second_order_confirmed.emit())
        self.message = MessageLine()
        self._left, self._middle = QStackedWidget(), QStackedWidget()
        self._right = QStackedWidget()
        self._state = DeskState()
        self._build()
        self.retranslate()

    def render_state(self, state: DeskState) -> None:
        """Show all of it."""
        self._state = state
        self._render_left(state)
        self._render_middle(state)
        if state.card is not None:
            self.context.set_card(state.card, _product_names(state))
        self._right.setCurrentWidget(self.context if state.card else self._right_empty)
        self.columns.set_use(
            centre=state.phase in (Phase.ORDER, Phase.SAVED) and not state.text,
            context=state.card is not None,
        )

    def retranslate(self) -> None:
        """Write the words again."""
        self.search.set_words(self.tr("Number, name, address, tax ID"), self.tr("Find a customer"))
        self._open_similar.set_words(self.tr("Open that one"))
        self._is_second.set_words(self.tr("It is a second order"))
        self.render_state(self._state)

    def _say_idle(self, place: EmptyState) -> None:
        place.set_words(
            self.tr("Ready for the next call"),
            self.tr("A caller's card opens here by itself."),
            (
                ("0–9", self.tr("the last digits of any number")),
                ("Enter", self.tr("open the card, then the order")),
                ("Ctrl+1", self.tr("open the caller on line 1")),
                ("F1", self.tr("all keys")),
            ),
        )

    def _build(self) -> None:
        self._left_empty = QWidget()
        idle = column(row(self._missed_title, inset=(2, 1)), gap=0)
        idle.addWidget(self.missed, 1)
        idle.addWidget(self._folded, 3)
        self._left_empty.setLayout(idle)
        for page in (self._left_empty, self.hits, self.panel):
            self._left.addWidget(page)
        self._right_empty = QWidget()
        for page in (self._right_empty, self.context):
            self._right.addWidget(page)
        left = QWidget()
        left.setLayout(column(row(self.search, inset=(1.5, 1.5)), self._left, gap=0))
        order = QWidget()
        layout = column(self.head, self.double, gap=0)
        layout.addWidget(self.form, 1)
        layout.addWidget(self.message)
        layout.addWidget(self.total)
        order.setLayout(layout)
        self._order_page = order
        for page in (self._idle, self._stranger, self.prompt, order, self.saved):
            self._middle.addWidget(page)
        self.columns = ThreeColumns(left, self._middle, self._right)
        self.columns.folded.connect(lambda _fold: self.render_state(self._state))
        self.setLayout(column(self.columns, gap=0))

    def _render_left(self, state: DeskState) -> None:
        if state.hits:
            self.hits.set_hits([_hit(hit) for hit in state.hits])
            self._left.setCurrentWidget(self.hits)
        elif state.text:
            self.hits.set_hits([Hit("", self.tr("Nobody found"), self.tr("Try fewer characters"))])
            self._left.setCurrentWidget(self.hits)
        elif state.card is not None:
            self.panel.set_card(state.card, state.on_account)
            self._left.setCurrentWidget(self.panel)
        else:
            self._render_missed(state)
            self._render_folded(state)
            self._left.setCurrentWidget(self._left_empty)

    def _render_missed(self, state: DeskState) -> None:
        missed = state.missed
        self._missed_title.setText(self.tr("Missed calls"))
        self._missed_title.setVisible(bool(missed))
        self.missed.set_hits(
            [
                Hit(
                    key=str(call.call_id),
                    title=call.customer_name or call.number or self.tr("Number withheld"),
                    detail=f"{figures.clock_time(call.rang_at)}　{call.number}",
                    icon="phone-missed",
                )
                for call in missed
            ]
        )

    def _render_folded(self, state: DeskState) -> None:
        """Where only one column fits, the left one says what the middle would say."""
        alone = self.columns.fold is Fold.ONE
        self._folded.setVisible(alone)
        self.missed.setVisible(not alone or bool(state.missed))
        if state.phase is Phase.STRANGER and state.call is not None:
            self._say_stranger(self._folded, state.call.number)
        else:
            self._say_idle(self._folded)

    def _render_middle(self, state: DeskState) -> None:
        phase = state.phase
        if phase is Phase.ORDER:
            self._render_order(state)
        elif phase is Phase.SAVED and state.saved is not None:
            self.saved.set_saved(state.saved)
        elif phase is Phase.CARD and state.card is not None:
            self.prompt.set_card(state.card, parked=state.parked, problem=state.problem)
        elif phase is Phase.STRANGER and state.call is not None:
            self._say_stranger(self._stranger, state.call.number)
        else:
            self._say_idle(self._idle)
        pages = {
            Phase.IDLE: self._idle,
            Phase.STRANGER: self._stranger,
            Phase.CARD: self.prompt,
            Phase.ORDER: self._order_page,
            Phase.SAVED: self.saved,
        }
        self._middle.setCurrentWidget(pages[phase])
        if state.problem:
            self.message.say(state.problem, Tone.DANGER)
        elif state.former_total is not None and state.quote is not None:
            self.message.say(self._moved_total(state), Tone.WARN)
        else:
            self.message.clear()

    def _render_order(self, state: DeskState) -> None:
        assert state.order is not None
        assert state.quote is not None
        self.head.set_order(state.order, state.card)
        self.form.set_order(state.order, state.quote)
        self.form.set_credit(state.credit, asked=state.credit_asked)
        self.total.set_quote(state.quote, state.sentence)
        blocked = any(v.severity is Severity.BLOCKS for v in state.quote.violations)
        self.total.set_ready(saving=state.saving, blocked=blocked or state.asks_about_double)
        self.double.say(self._double_warning(state) if state.asks_about_double else "")

    def _say_stranger(self, place: EmptyState, number: str) -> None:
        place.set_words(
            number or self.tr("Number withheld"),
            self.tr("Nobody with this number is on file. Ask for a name, an address or a number.")
            if number
            else self.tr("Ask for the last four digits of their number."),
            (("0–9", self.tr("find the customer")), ("Esc", self.tr("put this call aside"))),
        )

    def _double_warning(self, state: DeskState) -> str:
        other = state.similar[0]
        return self.tr("{number} at {time}: {items} for the same household").format(
            number=other.order_id, time=figures.clock_time(other.taken_at), items=other.items
        )

    def _moved_total(self, state: DeskState) -> str:
        assert state.former_total is not None
        assert state.quote is not None
        return self.tr(
            "Prices have changed: {old} is now {new}. Ctrl+Enter again saves the new total."
        ).format(old=figures.amount(state.former_total), new=figures.amount(state.quote.payable))


def _hit(hit: CustomerHit) -> Hit:
    word, tone = words.standing(hit.standing)
    quiet = hit.standing in (Standing.GOOD, Standing.CASH_ONLY)
    name = f"{hit.name}（{hit.nickname}）" if hit.nickname else hit.name
    return Hit(
        key=hit.customer_id,
        title=name,
        detail=f"{hit.phone}　{hit.address}".strip("　"),
        icon=words.customer_icon(hit.customer_type),
        state="" if quiet else word,
        tone=tone,
    )


def _product_names(state: DeskState) -> list[tuple[str, str]]:
    if state.order is None:
        return []
    return [(p.product_id, p.name) for p in state.order.book.products.values()]
