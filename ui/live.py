"""News of what has changed: writes to the database and the state of the office, as one signal."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

OFFICE = "office"
News = frozenset[str]


class Live(QObject):
    """`changed` carries the names of the tables touched since the last turn of the event loop.

    News of the link to the office goes under the name `OFFICE`. Several writes in one turn are
    one signal, so that a burst repaints a screen once.
    """

    changed = Signal(frozenset)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gathered: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._tell)

    def follow_database(self, listen: Callable[[Callable[[News], None]], object]) -> None:
        """Hear of every write; `listen` is the database's own."""
        listen(self.hear)

    def follow_office(self, listen: Callable[[Callable[[], None]], object]) -> None:
        """Hear of every change of the link; `listen` is the office desk's own."""
        listen(lambda: self.hear(frozenset({OFFICE})))

    def hear(self, tables: News) -> None:
        """Gather news; they go out on the next turn of the event loop."""
        self._gathered |= tables
        if not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        news = frozenset(self._gathered)
        self._gathered.clear()
        self.changed.emit(news)
