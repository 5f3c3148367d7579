"""A clerk who types into the counter's search box: prints the milliseconds of every key as JSON.

`python -m bench.typing_clerk OFFICE PROFILE QUERIES`; a key ends when its results are painted.
"""

import json
import random
import sys
import time
from pathlib import Path

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from sqlalchemy import select

from app.config import Settings
from app.main import Opened, run
from app.wire.reference import customers, phones
from bench.frames import Frames
from bench.shops import CLERK
from local_db.database import Database


class NothingFound(Exception):
    """A customer's own number or name was typed, and no result was on the screen."""


async def type_queries(opened: Opened, count: int) -> None:
    """Sign in, type every query key by key, print, close the counter."""
    await opened.window.sign_in(*CLERK)
    frames = Frames(opened.window)
    view = opened.window.order_desk.view
    view.search.edit.setFocus()
    taken = []
    for query in queries(opened.counter.database, count):
        view.search.clear()
        await frames.whole()
        for character in query:
            started = time.perf_counter_ns()
            press(view.search.edit, character)
            await frames.next()
            taken.append((time.perf_counter_ns() - started) / 1e6)
        if view.hits.current is None or not view.hits.isVisible():
            raise NothingFound(query)
    print(json.dumps(taken), flush=True)
    opened.stop.set()


def press(field: QLineEdit, character: str) -> None:
    """A key for digits and letters; what an input method commits for everything else."""
    if character.isascii():
        QTest.keyClicks(field, character)
        return
    event = QInputMethodEvent()
    event.setCommitString(character)
    QApplication.sendEvent(field, event)


def queries(database: Database, count: int) -> list[str]:
    """The last digits of telephones and the names of customers, in turns; always the same ones."""
    with database.read() as session:
        numbers = session.scalars(select(phones.c.digits).order_by(phones.c.customer_id)).all()
        names = session.scalars(select(customers.c.name).order_by(customers.c.customer_id)).all()
    chosen = random.Random(20240125)
    tails = [number[-5:] for number in chosen.choices(numbers, k=count)]
    spoken = [name[:4] for name in chosen.choices(names, k=count)]
    return [query for pair in zip(tails, spoken, strict=True) for query in pair]


def main() -> int:
    """Run the counter with the typing clerk beside it."""
    settings = Settings(sys.argv[1], Path(sys.argv[2]), "bench")
    return run(settings, companion=lambda opened: type_queries(opened, int(sys.argv[3])))


if __name__ == "__main__":
    sys.exit(main())
