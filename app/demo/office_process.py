"""The sample office as a real server process that is reached over TCP like any other."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

START_TIMEOUT_S = 180


class OfficeDidNotStart(Exception):
    """The sample office ended before it was ready; the text holds its last words."""


class OfficeProcess:
    """Starts `luckygas-server serve --sample` and stops it again."""

    def __init__(self, data: Path, customers: int) -> None:
        self._data = data
        self._customers = customers
        self._process: Process | None = None

    async def start(self) -> str:
        """Start the server; the address that it answers on once it accepts requests."""
        self._data.mkdir(parents=True, exist_ok=True)
        command = ["serve", "--port", "0", "--data-dir", str(self._data)]
        with (self._data / "office.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "server", *command, "--sample", str(self._customers)),
                stdout=PIPE,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        return await asyncio.wait_for(self._ready_address(), START_TIMEOUT_S)

    async def stop(self) -> None:
        """Ask the server to end and wait for it."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def _ready_address(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            text = line.decode(errors="replace").strip()
            if text.startswith("ready "):
                return text.removeprefix("ready ")
        raise OfficeDidNotStart(
            f"The sample office did not start; {self._data / 'office.log'} says why."
        )
