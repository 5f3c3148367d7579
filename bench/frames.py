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

    async def whole(self) -> None:
        """Have the whole window painted, and wait for it."""
        self._window.update()
        await self.next()

    async def next(self) -> None:
        """Wait for the next frame; whatever is dirty now is on it, and something must be."""
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
