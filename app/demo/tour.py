"""A tour through the main job: the real window, driven by key events, checked at both ends."""

import time
from pathlib import Path

from app.demo.evidence import NotAsExpected
from app.demo.office_process import OfficeProcess
from app.demo.report import Report, Step
from app.demo.scene import Scene
from app.demo.steps import STEPS, Walked
from app.demo.waiting import NeverHappened
from app.main import Opened
from sync.gateways.phone_line import SimulatedLine

WINDOW = (1920, 1080)


class Tour:
    """Walks the scene's steps in order; the first that fails ends the tour."""

    def __init__(self, folder: Path, line: SimulatedLine, office: OfficeProcess) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._report = Report(folder)
        self._line = line
        self._office = office

    @property
    def exit_code(self) -> int:
        """0 when every step was checked and found right."""
        return 0 if self._report.ok else 1

    async def walk(self, opened: Opened) -> None:
        """Walk every step, write `tour.json`, close the counter."""
        opened.window.resize(*WINDOW)
        scene = Scene(opened, self._line, self._office, self._report)
        try:
            for step in STEPS:
                if not await self._take(step, scene):
                    break
        finally:
            self._report.write()
            opened.stop.set()

    async def _take(self, step: Walked, scene: Scene) -> bool:
        name = step.__name__.replace("_", "-")
        keys_before, start = scene.keys.count, time.monotonic()
        try:
            detail, ok = await step(scene), True
            if scene.bugs:
                raise NotAsExpected(scene.bugs[0])
        except (NeverHappened, NotAsExpected) as failure:
            detail, ok = "\n".join((str(failure), *scene.bugs)), False
        scene.photograph(name)
        keys, seconds = scene.keys.count - keys_before, time.monotonic() - start
        self._report.steps.append(Step(name, ok, keys, round(seconds, 3), detail))
        return ok
