"""Prepares .venv with the pinned packages and what Qt needs; repeated, it costs milliseconds.

From the project's folder: ``python -m tools.set_up run`` for the product, ``dev`` for its tests
and checks as well.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.qt_libraries import MissingLibraries, install_missing_libraries

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
KINDS = ("run", "dev")  # the second includes the first


class SetUpFailed(Exception):
    """The machine lacks something that a person must provide; the text says what."""


def main(arguments: list[str]) -> int:
    """Set up one kind and return the exit code; errors are printed in plain words."""
    kind = arguments[0] if arguments else "dev"
    if kind not in KINDS or sys.version_info < (3, 11):
        print("Usage, with Python 3.11 or newer: python -m tools.set_up run|dev", file=sys.stderr)
        return 2
    try:
        with _alone():
            if not _is_ready(kind):
                _set_up(kind)
    except (SetUpFailed, MissingLibraries) as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    return 0


def _set_up(kind: str) -> None:
    for stale in KINDS:
        _stamp(stale).unlink(missing_ok=True)
    _make_venv()
    _say(f"Installing the packages of requirements/{kind}.txt (a minute or two) ...")
    _pip("--require-hashes", "--only-binary=:all:", "-r", str(ROOT / f"requirements/{kind}.txt"))
    # The build backend is among the pinned packages, so this step needs no network.
    _pip("--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT))
    install_missing_libraries(PYTHON)
    _stamp(kind).write_text(_fingerprint(kind))
    _say("Ready.")


def _is_ready(kind: str) -> bool:
    enough = KINDS[KINDS.index(kind) :]
    return PYTHON.exists() and any(
        _stamp(each).exists() and _stamp(each).read_text() == _fingerprint(each) for each in enough
    )


def _stamp(kind: str) -> Path:
    return VENV / f"set-up-{kind}"


def _fingerprint(kind: str) -> str:
    """Changes with the pins, the project's description, and the folder it lies in."""
    files = (ROOT / f"requirements/{kind}.txt", ROOT / "pyproject.toml", VENV / "pyvenv.cfg")
    digest = hashlib.sha256(str(ROOT).encode())
    for file in files:
        digest.update(file.read_bytes())
    return f"{ROOT}\n{digest.hexdigest()}\n"


def _make_venv() -> None:
    if _venv_works():
        return
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)
    _need_venv_module()
    _say(f"Creating .venv with Python {sys.version.split()[0]} ...")
    _run(sys.executable, "-m", "venv", str(VENV))
    (VENV / "made-at").write_text(str(ROOT))


def _venv_works() -> bool:
    """A folder that was moved keeps scripts that point to its old place: it is made anew."""
    made_at = VENV / "made-at"
    if not PYTHON.exists() or (made_at.exists() and made_at.read_text() != str(ROOT)):
        return False
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0


def _need_venv_module() -> None:
    """Debian ships Python without the part that creates environments."""
    probe = [sys.executable, "-c", "import ensurepip, venv"]
    if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return
    if WINDOWS or sys.platform == "darwin":
        raise SetUpFailed("This Python has no 'venv' module. Please install Python from its site.")
    major, minor = sys.version_info[:2]
    _run(str(ROOT / "tools/apt_install.sh"), f"python{major}.{minor}-venv")


def _pip(*arguments: str) -> None:
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    _run(str(PYTHON), "-m", "pip", "install", *quiet, *arguments)


def _say(text: str) -> None:
    print(text, flush=True)  # before what the next step prints


def _run(*command: str) -> None:
    """Run one step; its own error output has already said why when it fails."""
    # Settings that would send the packages elsewhere than into .venv; a chosen index is honoured.
    elsewhere = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONPATH", "PYTHONHOME"}
    environment = {k: v for k, v in os.environ.items() if k not in elsewhere}
    environment.setdefault("PIP_ROOT_USER_ACTION", "ignore")
    if subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode != 0:
        raise SetUpFailed(f"Set-up stopped at: {' '.join(command[:6])} ... (its message is above)")


@contextmanager
def _alone() -> Iterator[None]:
    """Two set-ups of one folder at a time would tread on each other: the second waits."""
    if WINDOWS:
        yield
        return
    import fcntl

    with Path(__file__).open() as this_file:
        fcntl.flock(this_file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
