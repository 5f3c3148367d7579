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
from ui.widgets.search_box import SearchBox


async def type_queries(opened: Opened, count: int) -> None:
    """Sign in, type every query key by key, print, close the counter."""
    await opened.counter.desks.session.sign_in(*CLERK)
    frames = Frames(opened.window)
    await frames.painted()
    box = opened.window.findChild(SearchBox)
    assert box is not None
    box.edit.setFocus()
    taken = []
    for query in queries(opened.counter.database, count):
        box.clear()
        await frames.painted()
        for character in query:
            started = time.perf_counter_ns()
            press(box.edit, character)
            await frames.painted()
            taken.append((time.perf_counter_ns() - started) / 1e6)
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
