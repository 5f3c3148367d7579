"""One server per data folder."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyServed(Exception):
    """Another server uses this data folder."""


@contextmanager
def only_server_of(data_dir: Path) -> Iterator[None]:
    """Hold the folder's lock, which ends with the process however it ends. `AlreadyServed`."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "serve.lock").open("a") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise AlreadyServed(f"A server runs already with the data in {data_dir}.") from error
        yield


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # there is none elsewhere

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # not on Windows

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
