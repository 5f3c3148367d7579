"""A counter that dies: `python -m tests.e2e.doomed PROFILE URL WRITE BEFORE|AFTER`.

It opens a draft, saves it as an order and lets the sync go on; at the WRITE-th transaction from
the save on, before or after its commit, the process ends as if the power had gone.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.e2e.counters import at_work, draft, place

LONGEST_LIFE_S = 20
DEATH = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL


async def main(profile: Path, url: str, write: int, moment: str) -> None:
    async with at_work(profile, url) as counter:
        await counter.desks.session.sign_in("demo", "demo")
        order = draft(counter)
        sys.stdout.write(f"{order.draft.uid}\n")
        sys.stdout.flush()
        writes = 0

        def die(*_: object) -> None:
            nonlocal writes
            writes += 1
            if writes == write:
                os.kill(os.getpid(), DEATH)

        if moment == "BEFORE":
            event.listen(Session, "before_commit", die)
        else:
            counter.database.listen(die)
        await place(counter, order)
        await asyncio.sleep(LONGEST_LIFE_S)


asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]))
