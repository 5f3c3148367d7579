"""The counter with its window: one thread, one event loop, one task group."""

import asyncio
import logging
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from app.composition import Counter, build_counter, work
from app.config import Settings
from app.domain.calendar import load_calendar
from app.domain.phones import parse_phone
from app.domain.zhuyin import zhuyin_initials
from app.log_files import start_log
from local_db.errors import AlreadyRunning, StorageRefused
from local_db.instance import InstanceLock
from sync.gateways.phone_line import PhoneLine
from ui.garbage import GarbageOnQtsThread
from ui.language import CHINESE, Language
from ui.live import Live
from ui.main_window import MainWindow
from ui.notices import BugNotice, RefusalNotice
from ui.sentences import plain_problem
from ui.single_window import SingleWindow, raise_running_window
from ui.tasks import ask, finish
from ui.theme import Theme, load_fonts, look_from

log = logging.getLogger(__name__)

APPLICATION_NAME = "Lucky Gas Counter"
FAREWELL_S = 5.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A counter at work, as a companion (the demonstration) sees it."""

    counter: Counter
    window: MainWindow
    stop: asyncio.Event
    bugs: list[str] = field(default_factory=list)


Companion = Callable[[Opened], Awaitable[None]]


def run(
    settings: Settings, line: PhoneLine | None = None, companion: Companion | None = None
) -> int:
    """Run the counter until its window is closed; the exit code of the program.

    `line` tells of incoming calls; `companion` runs beside the counter once the window is shown.
    A second start for the same profile raises the first window and ends with 0.
    """
    application = QApplication(sys.argv[:1])
    application.setApplicationName(APPLICATION_NAME)
    # The loop ends by the stop event; Qt would end it under running tasks.
    application.setQuitOnLastWindowClosed(False)
    GarbageOnQtsThread(application)
    load_fonts()
    lock = InstanceLock(settings.profile)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        try:
            lock.acquire()
            work = _work(application, settings, lock.channel, line, companion)
            exit_code: int = loop.run_until_complete(work)
            return exit_code
        except AlreadyRunning:
            raise_running_window(lock.channel)
            return 0
        except StorageRefused as refused:
            log.warning("the store did not open: %s", refused.code)
            sys.stderr.write(f"{refused}\n")
            # The chosen language lies in the store that did not open: say it in both.
            Language(application, CHINESE)
            notice = RefusalNotice(refused.code, f"{refused.zh}\n\n{refused}")
            loop.run_until_complete(ask(notice))
            return 1
        finally:
            lock.release()


async def _work(
    application: QApplication,
    settings: Settings,
    channel: str,
    line: PhoneLine | None,
    companion: Companion | None,
) -> int:
    try:
        start_log(settings.profile / "logs")
    except OSError as error:
        log.warning("there is no log file: %s", error)
    counter = build_counter(settings)
    preferences = counter.desks.preferences
    language = Language(application, preferences.get("language", CHINESE))
    theme = Theme(application, look_from(preferences))
    live = Live()
    live.follow_database(counter.database.listen)
    live.follow_office(counter.desks.office.listen)
    window = MainWindow(counter.desks, live, theme, language)
    opened = Opened(counter, window, asyncio.Event())
    window.closed.connect(opened.stop.set)
    SingleWindow(channel, window.come_forward, window)
    _show_bugs(opened)
    window.show()
    try:
        await _tasks(opened, line, companion)
    finally:
        sys.excepthook = sys.__excepthook__
        window.hide()
        counter.database.close()
    return 0


async def _tasks(opened: Opened, line: PhoneLine | None, companion: Companion | None) -> None:
    """Everything that goes on at once, until the stop event is set."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_warm_up(opened), name="warm-up")
        tasks = [group.create_task(work(opened.counter, line), name="work")]
        if companion is not None:
            tasks.append(group.create_task(_accompanied(companion, opened), name="companion"))
        await opened.stop.wait()
        # What the clerk began before closing, a save above all, comes to its end first.
        await finish(FAREWELL_S)
        for task in tasks:
            task.cancel()


async def _warm_up(opened: Opened) -> None:
    """Load what the first call would otherwise wait for: holidays, telephone plans, readings."""
    today = opened.counter.desks.orders.today()
    for year in (today.year, today.year + 1):
        await asyncio.to_thread(load_calendar, year)
    await asyncio.to_thread(parse_phone, "0227208889")
    await asyncio.to_thread(zhuyin_initials, "王")


async def _accompanied(companion: Companion, opened: Opened) -> None:
    await companion(opened)


def _show_bugs(opened: Opened) -> None:
    """Anything nobody expected: into the log in full, and before the clerk with a copy button."""

    def of_task(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        _show(opened, context.get("exception"), str(context["message"]))

    def of_slot(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        _show(opened, error, "a slot failed")

    asyncio.get_running_loop().set_exception_handler(of_task)
    sys.excepthook = of_slot


def _show(opened: Opened, error: BaseException | None, message: str) -> None:
    """One notice at a time; a store that refuses is no bug, and said as plainly as anywhere."""
    notice: QMessageBox
    if isinstance(error, StorageRefused):
        log.warning("the store refused: %s", error.code)
        notice = RefusalNotice(error.code, plain_problem(str(error)), opened.window)
    else:
        text = "".join(traceback.format_exception(error)) if error else message
        log.error("unexpected: %s\n%s", message, text)
        opened.bugs.append(text)
        notice = BugNotice(text, opened.window)
    notice.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if not any(other.isVisible() for other in opened.window.findChildren(QMessageBox)):
        notice.open()
