"""Needs attention: what waits for the office, what was refused and why, and what to do."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget

from app.services.clock import Clock
from app.services.office import OfficeDesk, QueueItem
from app.services.orders import UploadState
from ui import figures, words
from ui.layouts import column
from ui.live import OFFICE, Live
from ui.models.row_model import Cell, Column, RowModel
from ui.screen import Screen
from ui.widgets.action_button import ActionButton
from ui.widgets.empty_state import EmptyState
from ui.widgets.page import PageHead
from ui.widgets.row_table import RowTable


class NeedsAttention(Screen):
    """One failed message never stops the others; its reason stands in its row."""

    tables = frozenset({"outbox", "orders", OFFICE})

    def __init__(self, office: OfficeDesk, clock: Clock, live: Live) -> None:
        super().__init__(live)
        self._office, self._clock = office, clock
        self.model: RowModel[QueueItem] = RowModel(self._columns(), lambda r: r.msg_id, self)
        self.head, self.table = PageHead(), RowTable(self.model)
        self._empty = EmptyState("circle-check")
        self.send_all = ActionButton("", icon="send", key="F5")
        self.retry = ActionButton("", icon="rotate-ccw", key="Enter")
        self.send_all.clicked.connect(self._office.send_now)
        self.retry.clicked.connect(self._retry)
        self.table.picked.connect(lambda _row: self._retry())
        self.table.current_changed.connect(lambda _row: self._render_actions())
        self.head.add(self.retry, self.send_all)
        shortcut = QShortcut(QKeySequence("F5"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._office.send_now)
        self._pages = QStackedWidget()
        for page in (self.table, self._empty):
            self._pages.addWidget(page)
        layout = column(self.head, gap=0)
        layout.addWidget(self._pages, 1)
        self.setLayout(layout)
        self.retranslate()

    def refresh(self) -> None:
        """Ask the desk again; the chosen row stays chosen."""
        rows = self._office.queue()
        self.model.set_rows(rows)
        self._pages.setCurrentWidget(self.table if rows else self._empty)
        if rows and self.table.current is None:
            self.table.selectRow(0)
        stuck = sum(r.state is UploadState.ATTENTION for r in rows)
        waiting = sum(r.state not in (UploadState.ATTENTION, UploadState.RECEIVED) for r in rows)
        said = self.tr("{stuck} need a person, {waiting} to send").format(
            stuck=stuck, waiting=waiting
        )
        self.head.set_words(self.tr("Needs attention"), said)
        self.send_all.setEnabled(waiting > 0)
        self._render_actions()

    def retranslate(self) -> None:
        """Write the words again."""
        self.send_all.set_words(self.tr("Send all now"))
        self.retry.set_words(self.tr("Try this one again"))
        self._empty.set_words(
            self.tr("Nothing needs you"),
            self.tr("Every order has reached the office."),
            (("F2", self.tr("order desk")),),
        )
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.model.columns) - 1)
        self.refresh()

    def take_focus(self) -> None:
        """In the list."""
        self.table.setFocus()

    def key_help(self) -> tuple[tuple[str, str], ...]:
        """Keys of this screen."""
        return (
            ("Enter", self.tr("try the chosen one again")),
            ("F5", self.tr("send everything now")),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter on a button presses it."""
        focus = self.focusWidget()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and isinstance(focus, ActionButton):
            focus.click()
        else:
            super().keyPressEvent(event)

    def _columns(self) -> tuple[Column[QueueItem], ...]:
        return (
            Column(lambda: self.tr("State"), self._state_cell, 8.5),
            Column(lambda: self.tr("Order"), self._order_cell, 12),
            Column(lambda: self.tr("Customer"), lambda r: Cell(r.customer_name), 10, stretch=True),
            Column(lambda: self.tr("Reason"), self._reason_cell, 14, stretch=True),
            Column(lambda: self.tr("Tried"), self._tried_cell, 6),
        )

    def _state_cell(self, item: QueueItem) -> Cell:
        word, tone = words.upload(item.state)
        detail = ""
        if item.state is UploadState.RETRYING and item.next_attempt_at is not None:
            left = item.next_attempt_at - self._clock()
            detail = self.tr("again in {time}").format(time=figures.age(left))
        return Cell(word, detail, tone=tone, pill=True)

    def _order_cell(self, item: QueueItem) -> Cell:
        taken = figures.clock_time(item.created_at)
        return Cell(item.order_id, f"{words.message_kind(item.kind)}　{taken}", strong=True)

    def _reason_cell(self, item: QueueItem) -> Cell:
        _word, tone = words.upload(item.state)
        amount = figures.signed(item.difference) if item.difference else ""
        return Cell(words.reason(item.reason), amount, tone=tone)

    def _tried_cell(self, item: QueueItem) -> Cell:
        return Cell(self.tr("{count} ×").format(count=item.attempts) if item.attempts else "—")

    def _render_actions(self) -> None:
        item = self.table.current
        self.retry.setEnabled(item is not None and item.state is UploadState.ATTENTION)

    def _retry(self) -> None:
        item = self.table.current
        if item is not None and item.state is UploadState.ATTENTION:
            self._office.retry(item.msg_id)
        elif item is not None and item.state in (UploadState.WAITING, UploadState.RETRYING):
            self._office.send_now()
