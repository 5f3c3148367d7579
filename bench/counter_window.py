"""The counter as its user starts it: says `usable` when its window has been painted.

`python -m bench.counter_window OFFICE PROFILE`; runs until it is ended.
"""

import sys
from pathlib import Path

from app.config import Settings
from app.main import Opened, run
from bench.frames import Frames


async def report(opened: Opened) -> None:
    """Say so once the window is there to be used."""
    await Frames(opened.window).whole()
    print("usable", flush=True)


if __name__ == "__main__":
    sys.exit(run(Settings(sys.argv[1], Path(sys.argv[2]), "bench"), companion=report))
