"""The line at the bottom: link, queue, age of prices and data, and who works here."""

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QWidget

from app.services.office import LinkState
from ui import figures, words
from ui.layouts import row
from ui.tone import Tone
from ui.widgets.icon import Icon
from ui.widgets.text import ElidedText, Role, Text

_STALE_PRICES = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class StatusView:
    """What the line says; ages are spans until now."""

    link: LinkState = LinkState.CONNECTING
    waiting: int = 0
    oldest: timedelta | None = None
    prices_of: date | None = None
    data_age: timedelta | None = None
    clerk: str = ""
    register: int | None = None
    shop: str = ""
    unplugged: bool = False


class StatusLine(QFrame):
    """Values in, words out; it knows nothing about where they come from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = StatusView()
        self._link_icon = Icon("cloud", 1.1)
        self.link = Text("", Role.STRONG)
        self.queue = Text("", Role.STRONG)
        self.prices = Text("", Role.MUTED)
        self.data = Text("", Role.MUTED)
        self.message = ElidedText("", Role.MUTED)
        self.clerk = Text("", Role.MUTED)
        left = row(
            row(self._link_icon, self.link, gap=0.75), self.queue, self.prices, self.data, gap=3
        )
        layout = row(left, gap=3, inset=(2, 0.5))
        layout.addWidget(self.message, 1)
        layout.addWidget(self.clerk)
        self.setLayout(layout)
        self._render()

    def set_status(self, view: StatusView) -> None:
        """Show these values."""
        if view != self._view:
            self._view = view
            self._render()

    def changeEvent(self, event: QEvent) -> None:
        """Write the line again in the new language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._render()
        super().changeEvent(event)

    def _render(self) -> None:
        view = self._view
        word, tone = words.link(view.link)
        icons = {Tone.OK: "circle-check", Tone.WARN: "cloud-off", Tone.DANGER: "circle-alert"}
        self._link_icon.set_icon(
            "unplug" if view.unplugged else icons.get(tone, "refresh-cw"), tone
        )
        self.link.setText(word)
        self.link.set_tone(tone)
        self._render_queue()
        self.prices.setText(
            self.tr("prices {day}").format(day=figures.short_date(view.prices_of))
            if view.prices_of
            else self.tr("no prices yet")
        )
        self.data.setText(
            self.tr("data {age} old").format(age=figures.age(view.data_age))
            if view.data_age is not None
            else ""
        )
        register = (
            "" if view.register is None else self.tr("counter {n:02d}").format(n=view.register)
        )
        self.clerk.setText("　".join(part for part in (view.shop, register, view.clerk) if part))

    def _render_queue(self) -> None:
        view = self._view
        said = self.tr("to send {count}").format(count=view.waiting)
        if view.waiting and view.oldest is not None:
            said += self.tr(" (oldest {age})").format(age=figures.age(view.oldest))
        self.queue.setText(said)
        self.queue.set_role(Role.STRONG if view.waiting else Role.MUTED)
        self.queue.set_tone(Tone.WARN if view.waiting else Tone.NEUTRAL)
