"""A clerk at the real window: `python -m tests.e2e.clerk SCENE PROFILE URL`.

Prints a line at every station of the scene, so that a test can act in between (answered by a line
on standard input). The exit code is the program's own.
"""

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app.demo.evidence import kept_orders, unsent
from app.demo.eyes import sees, visible_words
from app.demo.keyboard import Keyboard
from app.demo.waiting import NeverHappened, until
from app.main import Opened, run
from local_db.errors import DiskFull
from sync.gateways.phone_line import SimulatedLine
from tests.e2e.counters import KNOWN, settings_for
from ui.sentences import plain_problem
from ui.widgets.order.state import Phase
from ui.widgets.question import Question

if sys.platform != "win32":
    import resource

LINE = SimulatedLine()
CALLER = "0912345678"


def say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


async def answered() -> None:
    """Wait until the test has done its part."""
    await asyncio.to_thread(sys.stdin.readline)


class Clerk:
    """Eyes and hands in front of the window."""

    def __init__(self, opened: Opened) -> None:
        self.opened, self.window = opened, opened.window
        self.counter, self.keys = opened.counter, Keyboard(opened.window)

    async def see(self, word: str, seconds: float = 15) -> None:
        try:
            await until(lambda: self._shows(word), f"“{word}”", seconds)
        except NeverHappened as never:
            raise NeverHappened(f"{never}: {self._words()}") from never

    async def sign_in(self) -> None:
        self.keys.write("demo")
        self.keys.press("Return")
        self.keys.write("demo")
        self.keys.press("Return")

    async def order(self) -> None:
        """Open an order for the caller by keys."""
        await self.window.sign_in("demo", "demo")
        await until(lambda: self.window.order_desk.isVisible(), "the desk", 30)
        self.window.order_desk.open_customer(KNOWN)
        self.keys.press("Return")
        await until(lambda: self.window.order_desk.state.phase is Phase.ORDER, "an order", 5)
        if self.window.order_desk.state.asks_about_double:  # by another test, at the same office
            self.keys.press("F7")

    def _words(self) -> tuple[str, ...]:
        # Modal questions are windows of their own beside the main window.
        tops = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
        boxes = [top.text() for top in tops if isinstance(top, QMessageBox)]
        return (*boxes, *(word for top in tops for word in visible_words(top)))

    def _shows(self, word: str) -> bool:
        return sees(self.window, word) or any(word in said for said in self._words())


def asked() -> bool:
    return isinstance(QApplication.activeModalWidget(), Question)


def press_in_question(key: str) -> None:
    question = QApplication.activeModalWidget()
    assert question is not None
    Keyboard(question).press(key)


def let_files_grow(*, freely: bool) -> None:
    """A disk with space, or one that takes nothing more; Windows knows no such limit."""
    if sys.platform == "win32":
        return
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most if freely else 1, most))


async def first_start(clerk: Clerk) -> None:
    """Without an office the window says what to do, and works once there is one."""
    await clerk.sign_in()
    door = clerk.window.sign_in_screen
    await until(lambda: door.message.isVisible() and door.button.isEnabled(), "advice", 10)
    say("told what to do")
    await answered()
    clerk.keys.press("Return")
    await until(lambda: clerk.counter.database.has_reference, "the first copy", 30)
    await until(lambda: clerk.window.order_desk.isVisible(), "the desk", 10)
    say("works")


async def close_unsent(clerk: Clerk) -> None:
    """Closing with an order unsent asks; Esc stays, Enter goes."""
    await clerk.order()
    clerk.keys.press("Ctrl+Return")
    await until(lambda: kept_orders(clerk.counter), "saving", 10)
    clerk.window.close()
    await until(asked, "the question", 10)
    assert clerk.window.isVisible()
    press_in_question("Escape")
    await until(lambda: not asked(), "staying", 5)
    assert not clerk.opened.stop.is_set()
    clerk.window.close()
    await until(asked, "the question", 10)
    say(f"unsent {unsent(clerk.counter)}")
    press_in_question("Return")
    await clerk.opened.stop.wait()


async def stop_while_saving(clerk: Clerk) -> None:
    """The end of the program in the middle of a save lets the save come to its end."""
    await clerk.order()
    clerk.keys.press("Ctrl+Return")
    assert clerk.window.order_desk.state.saving
    say("saving")


async def wait_to_be_raised(clerk: Clerk) -> None:
    """Out of sight until somebody starts the program again."""
    clerk.window.hide()
    say("hidden")
    await until(clerk.window.isVisible, "being raised", 30)
    say("raised")
    await asyncio.Event().wait()


async def full_disk(clerk: Clerk) -> None:
    """A disk that takes no more: refused before printing, the telephone rings on, then mended."""
    await clerk.order()
    draft = clerk.window.order_desk.state.order
    let_files_grow(freely=False)
    clerk.keys.press("Ctrl+Return")
    await clerk.see(plain_problem(str(DiskFull())))
    LINE.ring(1, CALLER)
    await asyncio.sleep(0)
    clerk.keys.press("Ctrl+Return")
    await until(lambda: not clerk.window.order_desk.state.saving, "the second refusal", 5)
    assert clerk.window.order_desk.state.order == draft
    assert kept_orders(clerk.counter) == ()
    let_files_grow(freely=True)
    clerk.keys.press("Ctrl+Return")
    await until(lambda: kept_orders(clerk.counter), "saving", 10)
    await until(lambda: unsent(clerk.counter) == 0, "sending", 30)
    say("mended")


SCENES: dict[str, Callable[[Clerk], Awaitable[None]]] = {
    scene.__name__: scene
    for scene in (first_start, close_unsent, stop_while_saving, wait_to_be_raised, full_disk)
}


async def play(opened: Opened, scene: Callable[[Clerk], Awaitable[None]]) -> None:
    try:
        await scene(Clerk(opened))
        assert opened.bugs == [], opened.bugs[0]
    finally:
        let_files_grow(freely=True)  # also those that the tests' own output goes to
        opened.stop.set()


def click_notices_away() -> None:
    """From a thread of its own, because the notice comes before any window of ours."""

    def click() -> None:
        for box in QApplication.topLevelWidgets():
            if isinstance(box, QMessageBox) and box.isVisible():
                say(f"notice {box.text()!r}")
                box.accept()

    pause = threading.Event()  # never set: its wait is the pause between two looks
    while not pause.wait(0.05):
        application = QApplication.instance()
        if application is not None:
            QTimer.singleShot(0, application, click)


def main(name: str, profile: str, url: str) -> int:
    settings = settings_for(Path(profile), url)
    if name == "refused":
        threading.Thread(target=click_notices_away, daemon=True).start()
        return run(settings)
    return run(settings, LINE, lambda opened: play(opened, SCENES[name]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
