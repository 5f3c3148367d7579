"""A calm table: two lines per row, hairlines, states as pills; smooth with 100,000 rows."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui.models.row_model import CELL_ROLE, Cell, RowModel
from ui.tone import Tone
from ui.widgets.swatch import Swatch

Index = QModelIndex | QPersistentModelIndex


class CellDelegate(QStyledItemDelegate):
    """Draws one `Cell`."""

    def __init__(self, swatch: Swatch, parent: QWidget) -> None:
        super().__init__(parent)
        self._swatch = swatch

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Background, hairline, then words or a pill."""
        cell = index.data(CELL_ROLE)
        box = _rect(option)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if _state(option) & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, self._swatch.colour("row"))
            if index.column() == 0:
                bar = QRect(
                    box.left(), box.top(), round(_font(option).pixelSize() * 0.2), box.height()
                )
                painter.fillRect(bar, self._swatch.fill_of(Tone.ACCENT))
        painter.setPen(self._swatch.colour("hairline"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if isinstance(cell, Cell):
            font = _font(option)
            pad = round(font.pixelSize() * 0.7)
            inner = box.adjusted(pad, 0, -pad, -1)
            if cell.pill and cell.words:
                self._paint_pill(painter, inner, cell, font)
            else:
                self._paint_words(painter, inner, cell, font)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Columns have set widths; only the height matters."""
        return QSize(0, round(_font(option).pixelSize() * 3.2))

    def _paint_words(self, painter: QPainter, box: QRect, cell: Cell, font: QFont) -> None:
        side = Qt.AlignmentFlag.AlignRight if cell.right else Qt.AlignmentFlag.AlignLeft
        bold = QFont(font)
        bold.setWeight(QFont.Weight.Medium if cell.strong else QFont.Weight.Normal)
        bold.setStrikeOut(cell.struck)
        small = _smaller(font)
        big, little = QFontMetrics(bold), QFontMetrics(small)
        height = big.height() + (little.height() if cell.detail else 0)
        top = box.top() + (box.height() - height) // 2
        first = QRect(box.left(), top, box.width(), big.height())
        toned = cell.tone is not Tone.NEUTRAL
        painter.setPen(self._swatch.ink_of(cell.tone) if toned else self._swatch.colour("ink"))
        painter.setFont(bold)
        words = big.elidedText(cell.words, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(first, side | Qt.AlignmentFlag.AlignVCenter, words)
        if cell.detail:
            second = QRect(box.left(), first.bottom() + 1, box.width(), little.height())
            painter.setPen(self._swatch.colour("muted"))
            painter.setFont(small)
            detail = little.elidedText(cell.detail, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(second, side | Qt.AlignmentFlag.AlignVCenter, detail)

    def _paint_pill(self, painter: QPainter, box: QRect, cell: Cell, font: QFont) -> None:
        small = _smaller(font)
        small.setWeight(QFont.Weight.Medium)
        metrics = QFontMetrics(small)
        width = metrics.horizontalAdvance(cell.words) + round(metrics.height() * 0.9)
        height = round(metrics.height() * 1.3)
        extra = metrics.height() if cell.detail else 0
        top = box.top() + (box.height() - height - extra) / 2
        pill = QRectF(box.left(), top, min(width, box.width()), height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._swatch.soft_of(cell.tone))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(self._swatch.ink_of(cell.tone))
        painter.setFont(small)
        words = metrics.elidedText(cell.words, Qt.TextElideMode.ElideRight, round(pill.width()))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)
        if cell.detail:
            below = QRectF(box.left(), pill.bottom(), box.width(), metrics.height())
            painter.setFont(_smaller(font))
            painter.setPen(self._swatch.colour("muted"))
            detail = metrics.elidedText(cell.detail, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, detail)


class RowTable(QTableView):
    """Shows a `RowModel`; Enter or a double click picks the row."""

    picked = Signal(object)
    current_changed = Signal(object)

    def __init__(self, model: RowModel[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._swatch = Swatch(self)
        self.setModel(model)
        self.setItemDelegate(CellDelegate(self._swatch, self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(lambda index: self.picked.emit(model.row(index)))
        self.selectionModel().currentRowChanged.connect(
            lambda index, _old: self.current_changed.emit(model.row(index))
        )
        model.modelReset.connect(self._keep_selection)
        model.modelAboutToBeReset.connect(self._note_selection)
        self._noted: object = None

    @property
    def current(self) -> Any:
        """The frozen row under the cursor, None when there is none."""
        return self._rows.row(self.currentIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out: set columns first, the rest to those that stretch."""
        super().resizeEvent(event)
        self.fit_columns()

    def fit_columns(self) -> None:
        """Give every column its width in em, and the row its height, at the present text size."""
        em = self.fontInfo().pixelSize()
        self.verticalHeader().setDefaultSectionSize(round(em * 3.4))
        columns, room = self._rows.columns, self.viewport().width()
        shown = list(columns)
        for column in sorted(columns, key=lambda c: -c.dispensable):
            if column.dispensable and sum(round(c.width * em) for c in shown) > room:
                shown.remove(column)
        spare = max(0, room - sum(round(c.width * em) for c in shown))
        share = spare // max(1, sum(c.stretch for c in shown))
        for at, column in enumerate(columns):
            self.setColumnHidden(at, column not in shown)
            self.setColumnWidth(at, round(column.width * em) + (share if column.stretch else 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter picks the row; letters and digits are left to the screen."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            self.picked.emit(self.current)
        elif event.text().strip() or event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _note_selection(self) -> None:
        row = self.current
        self._noted = None if row is None else self._rows.identity_of(row)

    def _keep_selection(self) -> None:
        at = None if self._noted is None else self._rows.find(self._noted)
        if at is None and self._rows.rowCount():
            at = 0
        if at is not None:
            self.selectRow(at)


def _rect(option: QStyleOptionViewItem) -> QRect:
    rect: QRect = option.rect
    return rect


def _state(option: QStyleOptionViewItem) -> QStyle.StateFlag:
    state: QStyle.StateFlag = option.state
    return state


def _font(option: QStyleOptionViewItem) -> QFont:
    font: QFont = option.font
    return font


def _smaller(font: QFont) -> QFont:
    small = QFont(font)
    small.setPixelSize(round(font.pixelSize() * 0.8))
    return small
