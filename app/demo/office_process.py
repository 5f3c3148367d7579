"""The sample office as a real server process that is reached over TCP like any other."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

STOP_TIMEOUT_S = 20


class OfficeDidNotStart(Exception):
    """The sample office ended before it was ready; the text says where its last words are."""


class OfficeProcess:
    """Starts `luckygas-server serve --sample` and stops it again."""

    def __init__(self, data: Path, customers: int) -> None:
        self._data = data
        self._customers = customers
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Start the server; the address that it answers on, once it accepts requests."""
        self._data.mkdir(parents=True, exist_ok=True)
        command = ["serve", "--port", "0", "--data-dir", str(self._data)]
        with self._log.open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server", *command, "--sample", str(self._customers)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        return self._ready_address()

    def stop(self) -> None:
        """Ask the server to end and wait for it."""
        if self._process is None:
            return
        with self._process as process:  # closes its pipe as well
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()

    def ask(self, *command: str) -> Any:
        """Run a `luckygas-server` command on the office's own database; its JSON answer."""
        return json.loads(self.command(*command, "--json"))

    def command(self, *command: str) -> str:
        """Run a `luckygas-server` command on the office's own database; what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "server", *command, "--data-dir", str(self._data)],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    @property
    def _log(self) -> Path:
        return self._data / "office.log"

    def _ready_address(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("ready "):
                return line.removeprefix("ready ").strip()
        raise OfficeDidNotStart(f"The sample office did not start; {self._log} says why.")
