"""Where a data folder's cluster lives: inside, or beside when PostgreSQL's user may not enter."""

import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from server.database.programs import PostgresUnavailable, is_open_to_others

LASTING = Path("/var/lib/luckygas")
NOTE = "postgresql.location"
OWNER = "belongs_to"


def home_for(data_dir: Path) -> Path:
    """The folder of this data folder's cluster, always the same one. Creates the data folder.

    Root's own folders are often closed to the user as whom PostgreSQL must run. Then the cluster
    lives below `/var/lib/luckygas`, or for a temporary data folder in a temporary place, and a
    note in the data folder says where. Raises `PostgresUnavailable`.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32" or os.geteuid() != 0 or is_open_to_others(data_dir):
        return data_dir / "postgresql"
    note = data_dir / NOTE
    if not note.exists():
        note.write_text(str(_new_place(data_dir)), encoding="utf-8")
    return Path(note.read_text(encoding="utf-8")) / "postgresql"


def _new_place(data_dir: Path) -> Path:
    temporary = Path(tempfile.gettempdir()).resolve()
    is_temporary = data_dir.is_relative_to(temporary)
    places = temporary / "luckygas-clusters" if is_temporary else LASTING
    places.mkdir(parents=True, exist_ok=True, mode=0o711)
    if places.stat().st_uid != 0:
        raise PostgresUnavailable(f"{places} belongs to somebody else; remove it.")
    if is_temporary:
        _forget_orphans(places)
    place = places / secrets.token_hex(6)
    place.mkdir(mode=0o711)
    (place / OWNER).write_text(str(data_dir), encoding="utf-8")
    return place


def _forget_orphans(places: Path) -> None:
    """Remove temporary clusters whose data folder is gone; never lasting ones."""
    for place in places.iterdir():
        owner = place / OWNER
        is_running = (place / "postgresql" / "data" / "postmaster.pid").exists()
        if owner.exists() and not is_running:
            note = Path(owner.read_text(encoding="utf-8")) / NOTE
            if not note.exists():
                shutil.rmtree(place, ignore_errors=True)
