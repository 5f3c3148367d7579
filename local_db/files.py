"""Files and folders beneath the databases: made durable, removed whole, kept off networks."""

import os
import sys
from pathlib import Path

from local_db.errors import NetworkDrive

_NETWORK_KINDS = {"afs", "cifs", "fuse.sshfs", "ncpfs", "nfs", "nfs4", "smb3", "smbfs", "webdav"}
SIDECARS = ("", "-wal", "-shm", "-journal")


def sync_file(path: Path) -> None:
    """Return when the file's bytes are on the disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_directory(directory: Path) -> None:
    """Return when the directory's names are on the disk (Windows does so by itself)."""
    if sys.platform == "win32":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_database(path: Path) -> None:
    """Delete a database with everything SQLite keeps beside it; absent is fine."""
    for suffix in SIDECARS:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def refuse_network_drive(directory: Path) -> None:
    """Raise `NetworkDrive` where the system says that the directory lies on one."""
    kind = file_system_of(directory)
    if kind in _NETWORK_KINDS or kind == "remote":
        raise NetworkDrive(kind)


def file_system_of(directory: Path) -> str:
    """The kind of file system a directory lies on, "" when the system does not say."""
    import psutil  # late: only needed once, at start

    where = directory.resolve()
    mounts = [
        (len(mount.mountpoint), "remote" if "remote" in mount.opts else mount.fstype)
        for mount in psutil.disk_partitions(all=True)
        if where.is_relative_to(mount.mountpoint)
    ]
    return max(mounts, default=(0, ""))[1].lower()
