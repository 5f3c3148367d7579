"""A window on the offscreen platform, with the program's look, on the program's kind of loop."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.sample_desks import SampleCounter
from ui.language import ENGLISH, Language
from ui.live import Live
from ui.theme import Look, Theme

_KEYS = {
    "Enter": Qt.Key.Key_Return,
    "Esc": Qt.Key.Key_Escape,
    "Tab": Qt.Key.Key_Tab,
    "Up": Qt.Key.Key_Up,
    "Down": Qt.Key.Key_Down,
    "Left": Qt.Key.Key_Left,
    "Right": Qt.Key.Key_Right,
    "Space": Qt.Key.Key_Space,
    "+": Qt.Key.Key_Plus,
}
_HELD = {"Ctrl": Qt.KeyboardModifier.ControlModifier, "Alt": Qt.KeyboardModifier.AltModifier}


class _WholeLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync tells no types
    """Leaves nothing undone: callbacks that come due between two runs of qasync are lost."""

    def run_until_complete(self, future: Awaitable[Any]) -> Any:
        return super().run_until_complete(self._wholly(future))

    async def _wholly(self, future: Awaitable[Any]) -> Any:
        try:
            return await future
        finally:
            left = asyncio.all_tasks(self) - {asyncio.current_task()}
            if left:
                _done, late = await asyncio.wait(left, timeout=1.0)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)


def _qt_loop() -> asyncio.AbstractEventLoop:
    return _WholeLoop(QApplication.instance())


def pytest_asyncio_loop_factories(config: Any, item: Any) -> dict[str, Callable[[], Any]]:
    """Coroutines run on Qt's own loop here, as in the program."""
    return {"qt": _qt_loop}


@pytest.fixture(scope="session")
def _session_theme(qapp: QApplication) -> Theme:
    qapp.setQuitOnLastWindowClosed(False)
    return Theme(qapp)


@pytest.fixture(scope="session")
def _session_language(qapp: QApplication) -> Language:
    return Language(qapp, ENGLISH)


@pytest.fixture(autouse=True)
def theme(_session_theme: Theme) -> Iterator[Theme]:
    """The program's look; every test begins with the light one at 100 %."""
    yield _session_theme
    # Windows of this test go now, in its own turn, not while the next one is looked after.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if _session_theme.look != Look():
        _session_theme.wear(Look())


@pytest.fixture(autouse=True)
def language(_session_language: Language) -> Iterator[Language]:
    """The language of the window; every test begins in English."""
    yield _session_language
    if _session_language.code != ENGLISH:
        _session_language.use(ENGLISH)


@pytest.fixture
def counter() -> SampleCounter:
    return SampleCounter()


def focused() -> QWidget:
    """The widget that keys go to."""
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the focus"
    return widget


class Keyboard:
    """Real key events to whatever has the focus; `pressed` counts keys as a hand does."""

    def __init__(self) -> None:
        self.pressed = 0

    def press(self, *keys: str) -> None:
        """Press keys one after the other: "Enter", "Ctrl+Enter", "3", "F6"."""
        for key in keys:
            *held, name = key.split("+") if key != "+" else [key]
            self.pressed += len(held) + 1
            modifiers = Qt.KeyboardModifier.NoModifier
            for modifier in held:
                modifiers |= _HELD[modifier]
            self._send(name, modifiers)

    def _send(self, name: str, modifiers: Qt.KeyboardModifier) -> None:
        target = focused()
        code = _KEYS.get(name)
        if code is None and len(name) > 1:
            code = getattr(Qt.Key, f"Key_{name}")
        if code is not None:
            QTest.keyClick(target, code, modifiers)
        else:
            QTest.keyClicks(target, name, modifiers)


@pytest.fixture
def keyboard() -> Keyboard:
    return Keyboard()


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[[QWidget], QWidget]:
    """Show a widget as the active window."""

    def show(
        widget: QWidget,
        width: int = 1400,
        height: int = 900,
        before_close: Callable[[QWidget], None] | None = None,
    ) -> QWidget:
        qtbot.addWidget(widget, before_close_func=before_close)
        widget.resize(width, height)
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        return widget

    return show


async def display(widget: QWidget, width: int = 1400, height: int = 900) -> None:
    """Show a widget as the active window from inside the loop, where nothing may wait in Qt."""
    widget.resize(width, height)
    widget.show()
    widget.activateWindow()
    await settle(widget.isActiveWindow)


async def settle(condition: Callable[[], bool], seconds: float = 3.0) -> None:
    """Let the loop turn until the condition holds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not condition():
        assert loop.time() < end, "the condition did not come true"
        await asyncio.sleep(0.005)


async def told(live: Live) -> None:
    """Let the news that are under way reach everybody."""
    heard = asyncio.Event()
    connection = live.changed.connect(lambda _tables: heard.set())
    live.hear(frozenset({"nothing"}))
    await asyncio.wait_for(heard.wait(), 3)
    live.changed.disconnect(connection)
