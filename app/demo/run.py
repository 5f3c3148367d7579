"""`luckygas demo`: everything on one machine, with a sample shop and a cable that can be pulled."""

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from app.config import Settings
from app.demo.office_process import OfficeProcess
from app.demo.telephone import ring_now_and_then
from app.demo.tour import Tour
from app.main import Opened, run
from sync.gateways.phone_line import SimulatedLine

DEMO_USER, DEMO_PASSWORD = "demo", "demo"
LINES = 2
NO_DISPLAY = """\
There is no display here, so the window cannot be shown.
  - In a desktop session, or over `ssh -X`, the same command opens the counter.
  - Without one, `make demo TOUR=folder` drives the real window by keys and keeps its pictures.
Such a tour is walked now; its pictures and papers go to: {folder}
"""


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the demonstration lives, and whether it is walked by itself."""

    home: Path
    customers: int
    tour: Path | None


def run_demo(customers: int, tour: Path | None, fresh: bool) -> int:
    """Run the demonstration; the exit code. A tour always starts from an empty folder."""
    if tour is None and not has_display(os.environ):
        tour = Path(tempfile.gettempdir()) / "luckygas-tour"
        sys.stdout.write(NO_DISPLAY.format(folder=tour))
    if tour is None:
        home = Path(platformdirs.user_data_dir("luckygas-demo", "LuckyGas"))
        if fresh:
            shutil.rmtree(home, ignore_errors=True)
        return _run(Demo(home, customers, None))
    if not has_display(os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="luckygas-demo-") as home_name:
        return _run(Demo(Path(home_name), customers, tour.resolve()))


def has_display(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window can be seen; Windows and macOS always have a screen."""
    if platform in {"win32", "darwin"}:
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _run(demo: Demo) -> int:
    office = OfficeProcess(demo.home / "office", demo.customers)
    sys.stdout.write(f"Starting the sample office ({demo.customers:,} customers) …\n")
    sys.stdout.flush()
    address = office.start()
    try:
        return _counter(demo, address, office)
    finally:
        office.stop()


def _counter(demo: Demo, address: str, office: OfficeProcess) -> int:
    settings = Settings(
        office_url=address,
        profile=demo.home / "counter",
        register_name="demo",
        lines=LINES,
        demo=True,
    )
    line = SimulatedLine()
    if demo.tour is not None:
        tour = Tour(demo.tour, line, office)
        return run(settings, line, tour.walk) or tour.exit_code
    return run(settings, line, lambda opened: _accompany(opened, line))


async def _accompany(opened: Opened, line: SimulatedLine) -> None:
    """Sign the demo clerk in and let the telephone ring."""
    await opened.window.sign_in(DEMO_USER, DEMO_PASSWORD)
    await ring_now_and_then(opened.counter, line, LINES)
