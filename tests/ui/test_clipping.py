"""No text and no button may be cut off, at any text size, in either language."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import display, settle, told
from tests.ui.sample_desks import SampleCounter
from ui.language import CHINESE, ENGLISH, Language
from ui.main_window import MainWindow
from ui.theme import Look, Palette, Theme
from ui.widgets.order.state import Phase
from ui.widgets.text import ElidedText

SIZES = [(1366, 768, 100), (1366, 768, 150), (1366, 768, 175), (1920, 1080, 150), (1920, 1080, 100)]


def clipped(window: QWidget) -> Iterator[str]:
    """Texts and buttons that need more than they have."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, (QLabel, QAbstractButton)):
            continue
        if isinstance(widget, ElidedText) or not (widget.text() or widget.layout()):
            continue
        needed = widget.minimumSizeHint()
        if isinstance(widget, QLabel) and widget.wordWrap():
            needed.setHeight(widget.heightForWidth(widget.width()))
            needed.setWidth(0)
        elif isinstance(widget, QLabel):
            needed = widget.sizeHint()
        if widget.width() < needed.width() - 1 or widget.height() < needed.height() - 1:
            name = f"{type(widget).__name__} {widget.text()!r}"
            yield f"{name}: {widget.size().toTuple()} of {needed.toTuple()}"


def outside(window: QWidget) -> Iterator[str]:
    """Widgets that reach beyond the window sideways, unless they can be scrolled to."""
    room = QRect(QPoint(0, 0), window.size())
    for widget in window.findChildren(QAbstractButton):
        if not widget.isVisible():
            continue
        place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        if place.right() > room.right() + 1:
            yield f"{widget.text()!r} ends at {place.right()} of {room.right()}"
    for area in window.findChildren(QScrollArea):
        body = area.widget()
        if body is None or not area.isVisible():
            continue
        need, room_for = body.minimumSizeHint().width(), area.viewport().width()
        if need > room_for:
            yield f"{type(area.parent()).__name__} scrolls sideways: {need} of {room_for}"


@pytest.mark.parametrize("code", [CHINESE, ENGLISH])
@pytest.mark.parametrize(("width", "height", "scale"), SIZES)
async def test_nothing_is_cut_off(  # noqa: PLR0917  # a table and its fixtures
    width: int,
    height: int,
    scale: int,
    code: str,
    counter: SampleCounter,
    theme: Theme,
    language: Language,
    qtbot: QtBot,
) -> None:
    language.use(code)
    theme.wear(Look(Palette.LIGHT, scale))
    window = MainWindow(counter.desks, counter.live, theme, language)
    qtbot.addWidget(window)
    await display(window, width, height)
    assert (window.width(), window.height()) == (width, height)
    found = [f"sign-in: {what}" for what in (*clipped(window), *outside(window))]
    await window.sign_in("demo", "demo")
    counter.calls.ring("0222991188")
    desk = window.order_desk
    await settle(lambda: desk.state.phase is Phase.CARD)
    found += [f"card: {what}" for what in (*clipped(window), *outside(window))]
    desk.view.prompt.order_requested.emit()
    await settle(lambda: desk.state.credit is not None)
    await told(counter.live)
    found += [f"order: {what}" for what in (*clipped(window), *outside(window))]
    for name in ("today", "attention", "settings"):
        window.show_screen(name)
        await settle(window.screens[name].isVisible)
        await told(counter.live)
        found += [f"{name}: {what}" for what in (*clipped(window), *outside(window))]
    assert found == []
