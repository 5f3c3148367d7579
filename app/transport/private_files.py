"""Files that hold a secret: for their owner only, and refused when others can read them."""

import os
import stat
import sys
from pathlib import Path


class OpenToOthers(OSError):
    """The file holds a secret and its permissions let other users of the machine read it."""


def require_private(path: Path) -> None:
    """Raise `OpenToOthers`, with what to do, unless only the owner can read the file.

    A file of root may be readable by a group, as service managers and packages hand out secrets.
    Windows protects files by their folder; nothing is checked there.
    """
    if sys.platform == "win32":
        return
    found = path.stat()
    forbidden = stat.S_IRWXO | stat.S_IWGRP | (stat.S_IRGRP if found.st_uid else 0)
    if found.st_mode & forbidden:
        raise OpenToOthers(
            f"{path} holds a secret, but other users of this machine may read it. "
            f"Close it with: chmod 600 {path}"
        )


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all; replaces an old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
