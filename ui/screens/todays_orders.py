"""Today's orders: what was taken, where it is, and what can still be done about it."""

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget

from app.domain.addresses import short_address
from app.domain.orders import OrderStatus
from app.domain.violations import RuleViolation
from app.services.documents import DocumentsDesk
from app.services.orders import OrdersDesk, OrderSummary
from ui import figures, words
from ui.layouts import column, grid
from ui.live import Live
from ui.models.row_model import Cell, Column, RowModel
from ui.screen import Screen
from ui.sentences import plain_problem, sentence
from ui.tasks import spawn
from ui.tone import Tone
from ui.widgets.empty_state import EmptyState
from ui.widgets.order_detail import OrderDetail, expected
from ui.widgets.page import PageHead
from ui.widgets.row_table import RowTable
from ui.widgets.search_box import SearchBox


class TodaysOrders(Screen):
    """A list with search; the chosen order beside it, with reprint and cancel."""

    tables = frozenset(
        {"orders", "outbox", "documents"}
        | {"ref.orders", "ref.deliveries", "ref.payments", "ref.invoices"}
    )

    def __init__(self, orders: OrdersDesk, documents: DocumentsDesk, live: Live) -> None:
        super().__init__(live)
        self._orders, self._documents = orders, documents
        self.model: RowModel[OrderSummary] = RowModel(self._columns(), lambda r: r.order_uid, self)
        self.head, self.search = PageHead(), SearchBox()
        self.table, self.detail = RowTable(self.model), OrderDetail()
        self._empty = EmptyState("clipboard-list")
        self._pages = QStackedWidget()
        self._build()
        self.search.searched.connect(lambda _text: self.refresh())
        self.search.moved.connect(self._move)
        self.search.picked.connect(self.table.setFocus)
        self.table.current_changed.connect(self.detail.set_order)
        self.detail.reprint_requested.connect(self._reprint)
        self.detail.cancel_confirmed.connect(self._cancel)
        for key, action in (("Ctrl+P", self._reprint), ("Ctrl+K", self.detail.ask_reason)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action)
        self.retranslate()

    def refresh(self) -> None:
        """Ask the desk again; the chosen row stays chosen."""
        text = self.search.text.strip()
        rows = self._orders.of_day(self._orders.today(), text)
        self.model.set_rows(rows)
        self._pages.setCurrentWidget(self.table if rows else self._empty)
        if rows and self.table.current is None:
            self.table.selectRow(0)
        self.detail.set_order(self.table.current if rows else None)
        if not text:
            self._say_totals(rows)

    def retranslate(self) -> None:
        """Write the words again."""
        self.search.set_words(
            self.tr("Number, name, phone, address"), self.tr("Find an order of today")
        )
        self._empty.set_words(
            self.tr("No orders here"),
            self.tr("Orders of today appear as they are saved."),
            (("F2", self.tr("order desk")), ("Esc", self.tr("clear the search"))),
        )
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.model.columns) - 1)
        self.refresh()

    def take_focus(self) -> None:
        """In the search box; arrow keys walk the list from there."""
        self.search.setFocus()

    def key_help(self) -> tuple[tuple[str, str], ...]:
        """Keys of this screen."""
        return (
            ("↑ ↓", self.tr("choose an order")),
            ("Ctrl+P", self.tr("print again")),
            ("Ctrl+K", self.tr("cancel the order")),
        )

    def open_order(self, order_uid: UUID) -> None:
        """Choose that order."""
        self.search.clear()
        self.refresh()
        at = self.model.find(order_uid)
        if at is not None:
            self.table.selectRow(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Typing searches from anywhere; Esc steps back to the list."""
        if event.key() == Qt.Key.Key_Escape:
            self.detail.close_reason()
            self.search.clear()
            self.search.setFocus()
        elif event.text().isprintable() and event.text():
            self.search.setFocus()
            self.search.edit.insert(event.text())
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.search.setMinimumWidth(grid(36))
        self.head.add(self.search)
        for page in (self.table, self._empty):
            self._pages.addWidget(page)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._pages)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 1)
        split.setChildrenCollapsible(False)
        layout = column(self.head, gap=0)
        layout.addWidget(split, 1)
        self.setLayout(layout)

    def _columns(self) -> tuple[Column[OrderSummary], ...]:
        return (
            Column(lambda: self.tr("Order"), _number_cell, 12),
            Column(lambda: self.tr("Customer"), _customer_cell, 9, stretch=True),
            Column(lambda: self.tr("Items"), _items_cell, 10, stretch=True, dispensable=4),
            Column(lambda: self.tr("Deliver"), _delivery_cell, 7, dispensable=3),
            Column(lambda: self.tr("Total"), _total_cell, 6.5, right=True),
            Column(lambda: self.tr("State"), _status_cell, 7, dispensable=2),
            Column(lambda: self.tr("Office"), _upload_cell, 8, dispensable=1),
        )

    def _say_totals(self, rows: tuple[OrderSummary, ...]) -> None:
        counted = [r for r in rows if r.status is not OrderStatus.CANCELLED]
        total = sum((r.payable for r in counted), start=type(rows[0].payable)(0)) if rows else 0
        said = self.tr("{count} orders, {total} in all").format(
            count=len(counted), total=f"{total:,.0f}"
        )
        self.head.set_words(self.tr("Today's orders"), said)

    def _move(self, by: int) -> None:
        at = self.table.currentIndex().row() + by
        if 0 <= at < self.model.rowCount():
            self.table.selectRow(at)

    def _reprint(self) -> None:
        order = self.table.current
        if order is not None and order.upload is not None:
            spawn(self._print(order))

    async def _print(self, order: OrderSummary) -> None:
        self.detail.say(self.tr("Printing …"), Tone.INFO)
        printed = await self._documents.print_order(order.order_uid, reprint=True)
        if printed.problem:
            problem = plain_problem(printed.problem)
            self.detail.say(self.tr("Not printed: {problem}").format(problem=problem), Tone.WARN)
        elif printed.printer:
            said = self.tr("Printed on {printer}").format(printer=printed.printer)
            self.detail.say(said, Tone.OK)
        else:
            files = ", ".join(path.name for path in printed.files)
            self.detail.say(self.tr("Kept as PDF: {files}").format(files=files), Tone.OK)

    def _cancel(self, order_uid: object, reason: str) -> None:
        assert isinstance(order_uid, UUID)
        try:
            self._orders.cancel(order_uid, reason)
        except RuleViolation as broken:
            self.detail.say(sentence(broken.violations[0]), Tone.DANGER)
        else:
            self.detail.close_reason()
            self.detail.say(self.tr("Cancelled; the office will be told."), Tone.OK)
            self.refresh()


def _number_cell(row_of: OrderSummary) -> Cell:
    return Cell(row_of.order_id, figures.clock_time(row_of.taken_at), strong=True)


def _customer_cell(row_of: OrderSummary) -> Cell:
    return Cell(row_of.customer_name, short_address(row_of.address), strong=True)


def _items_cell(row_of: OrderSummary) -> Cell:
    return Cell(row_of.items, words.payment(row_of.payment))


def _delivery_cell(row_of: OrderSummary) -> Cell:
    day = f"{figures.short_date(row_of.delivery_date)} {figures.weekday(row_of.delivery_date)}"
    return Cell(day, words.slot(row_of.slot))


def _total_cell(row_of: OrderSummary) -> Cell:
    cancelled = row_of.status is OrderStatus.CANCELLED
    paid, _tone = words.paid(row_of.payment_status)
    return Cell(figures.amount(row_of.payable), paid, right=True, strong=True, struck=cancelled)


def _status_cell(row_of: OrderSummary) -> Cell:
    word, tone = words.order_status(row_of.status)
    return Cell(word, expected(row_of), tone=tone, pill=True)


def _upload_cell(row_of: OrderSummary) -> Cell:
    word, tone = words.upload(row_of.upload)
    return Cell(word, tone=tone, pill=row_of.upload is not None)
