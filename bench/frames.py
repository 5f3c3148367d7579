"""When a window has been painted, seen from inside its own program."""

import asyncio

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class Frames(QObject):
    """Tells when everything that a window still had to paint is painted."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._window = window
        self._waiting: list[asyncio.Future[None]] = []
        window.installEventFilter(self)

    async def painted(self) -> None:
        """Wait for the next frame of the window; whatever is dirty now is on it."""
        self._window.update()
        shown: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(shown)
        await shown

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A window paints while it handles its UpdateRequest: it is done on the next turn."""
        if event.type() == QEvent.Type.UpdateRequest:
            asyncio.get_running_loop().call_soon(self._tell)
        return False

    def _tell(self) -> None:
        told, self._waiting = self._waiting, []
        for shown in told:
            if not shown.done():
                shown.set_result(None)
