"""One window per profile: a second start raises the first window instead."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

RAISE = b"raise"
PATIENCE_MS = 1000


class SingleWindow(QObject):
    """Held by the running copy; calls back when another start asks for the window."""

    def __init__(self, channel: str, wanted: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._wanted = wanted
        self._server = QLocalServer(self)
        # Only this user's programs may knock; a socket left by a killed process is replaced.
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(channel)
        self._server.listen(channel)
        self._server.newConnection.connect(self._knocked)

    def _knocked(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.disconnected.connect(socket.deleteLater)
        self._wanted()


def raise_running_window(channel: str) -> bool:
    """Ask the copy that is running to come to the front; whether it heard."""
    socket = QLocalSocket()
    socket.connectToServer(channel)
    if not socket.waitForConnected(PATIENCE_MS):
        return False
    socket.write(RAISE)
    socket.waitForBytesWritten(PATIENCE_MS)
    socket.disconnectFromServer()
    return True
