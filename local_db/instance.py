"""One running copy per profile: a lock that the system releases whatever happens to us.

The lock is a file of its own: closing any other handle of a locked database would drop it.
"""

import os
import sys
from hashlib import sha256
from pathlib import Path

from local_db.connections import refusal
from local_db.errors import AlreadyRunning

LOCK_FILE = "instance.lock"


class InstanceLock:
    """Held from `acquire` to `release` or the end of the process."""

    def __init__(self, profile: Path) -> None:
        self._path = profile / LOCK_FILE
        self._handle: int | None = None

    @property
    def channel(self) -> str:
        """Name of the local socket on which the holder hears that its window is wanted."""
        return f"luckygas-{sha256(str(self._path.resolve()).encode()).hexdigest()[:16]}"

    def acquire(self) -> None:
        """Take the lock; raises `AlreadyRunning` when another process holds it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise refusal(error) or error from error
        try:
            _lock(handle)
        except OSError as error:
            os.close(handle)
            raise AlreadyRunning from error
        self._handle = handle

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
