"""The office as a process of its own that can be stopped, killed and started again."""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

_ORDERS = """
    SELECT o.order_uid, o.order_id, o.status, o.hold_reason, o.payable,
           (SELECT count(*) FROM credit_entries e
             WHERE e.order_id = o.order_id AND e.operation = 'RESERVE') AS reservations,
           (SELECT count(*) FROM orders twin WHERE twin.order_id = o.order_id) AS same_number
    FROM orders o WHERE o.order_uid = ANY($1)
"""


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class OfficeOrder:
    """An order as the office's own database has it."""

    order_id: str
    status: str
    hold_reason: str
    payable: int
    reservations: int


class RealOffice:
    """`luckygas-server serve` on a database of its own, always at the same address."""

    def __init__(self, dsn: str, data_dir: Path, tls: tuple[str, ...] = ()) -> None:
        self.dsn = dsn
        self._tls = tls
        self._data_dir = data_dir
        self._port = free_port()
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        return self._port

    def ensure_running(self) -> None:
        """Start it unless it runs."""
        if self._process is None:
            self.start()

    def start(self) -> None:
        """Start it and return once it accepts requests."""
        arguments = ["serve", "--port", str(self._port), "--data-dir", str(self._data_dir)]
        arguments += self._tls
        self._process = subprocess.Popen(
            [sys.executable, "-m", "server", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "DATABASE_URL": self.dsn, "PYTHONUNBUFFERED": "1"},
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().startswith("ready ")

    def stop(self) -> None:
        """End it as an administrator would; harmless when it does not run."""
        self._end(by_force=False)

    def kill(self) -> None:
        """Let it die at once."""
        self._end(by_force=True)

    def _end(self, *, by_force: bool) -> None:
        if self._process is None:
            return
        if by_force:
            self._process.kill()
        else:
            self._process.terminate()
        self._process.wait(20)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    async def do(self, sql: str, *arguments: Any) -> list[dict[str, Any]]:
        """Run a statement on the office's database behind the server's back."""
        connection = await asyncpg.connect(self.dsn)
        try:
            return [dict(row) for row in await connection.fetch(sql, *arguments)]
        finally:
            await connection.close()

    async def orders(self, *order_uids: Any) -> list[OfficeOrder]:
        """What the office has of these orders; fails when a number stands on two orders."""
        rows = await self.do(_ORDERS, list(order_uids))
        assert all(row["same_number"] == 1 for row in rows)
        return [
            OfficeOrder(
                row["order_id"],
                row["status"],
                row["hold_reason"],
                row["payable"],
                row["reservations"],
            )
            for row in rows
        ]
