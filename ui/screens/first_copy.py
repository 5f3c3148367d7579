"""The first start: the shop's data come over; how far, how fast, and what is left."""

from PySide6.QtWidgets import QFrame

from app.services.office import LinkState, OfficeDesk
from ui import words
from ui.layouts import column, row
from ui.live import OFFICE, Live
from ui.screen import Screen
from ui.tone import Tone, mark
from ui.widgets.icon import Icon
from ui.widgets.message_line import MessageLine
from ui.widgets.progress import WorkProgress
from ui.widgets.text import Role, Text


class FirstCopyScreen(Screen):
    """Shown until this counter has a copy of the shop's data; after that never again."""

    tables = frozenset({OFFICE})

    def __init__(self, office: OfficeDesk, live: Live) -> None:
        super().__init__(live)
        self._office = office
        self._title, self._body = Text("", Role.TITLE), Text("", Role.MUTED).wrapped()
        self.progress = WorkProgress()
        self.message = MessageLine()
        icon = Icon("download", 3)
        icon.set_icon("download", Tone.ACCENT)
        card = QFrame()
        card.setObjectName("card")
        mark(card, medium=True)
        head = row(icon, gap=2)
        head.addLayout(column(self._title, self._body, gap=0.5), 1)
        card.setLayout(column(head, self.progress, self.message, gap=3, inset=(5, 5)))
        self.setLayout(column(1, row(1, card, 1), 1))
        self.retranslate()

    def refresh(self) -> None:
        """Ask how far it has come."""
        self.retranslate()

    def retranslate(self) -> None:
        """Write the words and figures again."""
        self._title.setText(self.tr("Preparing this counter"))
        self._body.setText(
            self.tr(
                "Customers, prices and rules are copied to this machine once. After that the"
                " counter works without the office too."
            )
        )
        status = self._office.status()
        progress = status.bootstrap
        if progress is None:
            self.progress.set_phase(self.tr("Waiting for the office"))
            self.progress.set_figures(0.0, 0.0, None)
        else:
            self.progress.set_phase(words.phase(progress.phase))
            self.progress.set_figures(progress.fraction, progress.per_second, progress.remaining)
        if status.link is LinkState.OFFLINE:
            self.message.say(
                self.tr(
                    "The office does not answer. Check the network cable and that the server runs;"
                    " the copy goes on by itself where it stopped."
                ),
                Tone.WARN,
            )
        else:
            self.message.clear()
