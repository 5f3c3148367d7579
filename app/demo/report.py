"""What a tour found: one numbered picture a step, and `tour.json`."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the tour; `keys` were pressed, `seconds` passed."""

    name: str
    ok: bool
    keys: int
    seconds: float
    detail: str


@dataclass(frozen=True, slots=True)
class TouredOrder:
    """An order that the tour placed, with what the office's own database says of it."""

    order_id: str
    total: int
    server_status: str


@dataclass(slots=True)
class Report:
    """Gathers steps, orders and pictures in a folder."""

    folder: Path
    steps: list[Step] = field(default_factory=list)
    orders: list[TouredOrder] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every step went well, and there was one."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    def photograph(self, window: QWidget, name: str) -> Path:
        """Keep a picture of the window under the number of the step that is being walked."""
        path = self.folder / f"{len(self.steps) + 1:02}-{name}.png"
        window.grab().save(str(path))
        return path

    def write(self) -> Path:
        """Write `tour.json`."""
        path = self.folder / "tour.json"
        content = {
            "steps": [asdict(step) for step in self.steps],
            "orders": [asdict(order) for order in self.orders],
            "ok": self.ok,
        }
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
        return path
