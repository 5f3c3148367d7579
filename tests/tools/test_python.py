"""tools/python.sh: which Python is taken, and what is said when there is none."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools/python.sh"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="for Make; Windows has py.exe")


def machine_with(folder: Path, **pythons: str) -> dict[str, str]:
    """An environment whose PATH holds only these commands; each says what the shell text does."""
    for name, text in pythons.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    for tool in ("dirname", "sh"):
        (folder / tool).symlink_to(str(shutil.which(tool)))
    return {"PATH": str(folder)}


def ask(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SCRIPT], env=environment, capture_output=True, text=True, check=False)


def test_an_old_python_is_passed_over_for_a_newer_one(tmp_path: Path) -> None:
    newer = f'exec "{sys.executable}" "$@"'
    answer = ask(machine_with(tmp_path, **{"python3": "exit 1", "python3.12": newer}))
    assert (answer.returncode, answer.stdout.strip()) == (0, sys.executable)


def test_a_python_that_is_named_comes_first(tmp_path: Path) -> None:
    environment = machine_with(tmp_path, python3="echo wrong")
    assert ask({**environment, "PYTHON": sys.executable}).stdout.strip() == sys.executable


def test_a_machine_without_a_fitting_python_is_told_how_to_get_one(tmp_path: Path) -> None:
    answer = ask(machine_with(tmp_path, python3="exit 1"))
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "needs Python 3.11 or newer" in answer.stderr
    assert "sudo apt-get install python3" in answer.stderr
