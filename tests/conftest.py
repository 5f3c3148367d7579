"""Real parts for every package's tests: PostgreSQL, and the office as a running server."""

import asyncio
import gc
import os
import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.toy_time import ToyTime
from ui.garbage import collect_if_due

if TYPE_CHECKING:
    import asyncpg

    from server.database.cluster import Cluster

SAMPLE_CUSTOMERS = 50
# Tests do not survive power cuts: nothing is forced to the disk.
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_numbers = count(1)
# Each copy takes some ten megabytes, and a whole run makes a thousand of them.
MOST_DATABASES = 40
_passing: deque[str] = deque()


def pytest_configure() -> None:
    """Workers of one test must not collect the windows of another: docs/decisions/074."""
    gc.disable()


@pytest.fixture(autouse=True)
def _garbage() -> Iterator[None]:
    yield
    collect_if_due()


@dataclass(frozen=True)
class Databases:
    """A PostgreSQL of this test session; `create` copies a prepared database in ~50 ms.

    `address` is how to reach a database by its name. Of databases that nobody is connected to only
    the newest 40 are kept, and those that were made to be `lasting`.
    """

    create: Callable[..., str]
    address: Callable[[str], str]

    def empty(self) -> str:
        """A migrated database without rows; its address."""
        return self.create("prepared_empty")

    def sample(self, *, lasting: bool = False) -> str:
        """A database with the sample shop of 50 customers, users demo/demo and boss/boss."""
        return self.create("prepared_sample", lasting=lasting)


@dataclass(frozen=True)
class RunningServer:
    """The real server on a real socket, with the sample shop of 50 customers."""

    base_url: str
    dsn: str
    data_dir: Path


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """A PostgreSQL per test process, by the server's own manager."""
    # Imported here: tests of other packages start without the server's libraries.
    from server.database.cluster import Cluster

    folder = Path(tempfile.mkdtemp(prefix="luckygas-tests-"))
    folder.chmod(0o711)
    cluster = Cluster(folder, HASTY)
    with ThreadPoolExecutor(1) as apart:  # asynchronous tests have a loop running here
        apart.submit(asyncio.run, _prepare(cluster)).result()
    try:
        yield Databases(partial(_copy, cluster), cluster.dsn)
    finally:
        cluster.stop()
        shutil.rmtree(folder)


@pytest.fixture
def running_server(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningServer]:
    """The office: sign in as demo/demo (clerk) or boss/boss (supervisor)."""
    from server.place import Place
    from server.serving import listening_socket, server_at

    # Fifty customers need no process of their own, which takes a second to start.
    monkeypatch.setattr("server.feed.snapshots.builder", lambda: ThreadPoolExecutor(1))
    place = Place(databases.sample(), tmp_path / "office")
    started = threading.Event()
    server = server_at(place, started.set)
    with listening_socket("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
        thread.start()
        try:
            assert started.wait(10)
            port = listening.getsockname()[1]
            yield RunningServer(f"http://127.0.0.1:{port}", place.dsn, place.data_dir)
        finally:
            server.should_exit = True
            thread.join(10)


async def _prepare(cluster: "Cluster") -> None:
    import asyncpg

    from server.database.shop import migrate
    from server.sample.loading import load_sample

    await cluster.start()
    for name in ("prepared_empty", "prepared_sample"):
        await cluster.ensure_database(name)
        await migrate(cluster.dsn(name))
    connection = await asyncpg.connect(cluster.dsn("prepared_sample"))
    await load_sample(connection, SAMPLE_CUSTOMERS)
    await connection.close()


def _copy(cluster: "Cluster", prepared: str, *, lasting: bool = False) -> str:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    if not lasting:
        _passing.append(name)
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, _create_from(cluster, prepared, name)).result()
    return cluster.dsn(name)


async def _create_from(cluster: "Cluster", prepared: str, name: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(cluster.dsn("postgres"))
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {prepared} STRATEGY file_copy")
    if len(_passing) > MOST_DATABASES:
        await _drop_oldest(connection)
    await connection.close()


async def _drop_oldest(connection: "asyncpg.Connection") -> None:
    name = _passing.popleft()
    in_use = "SELECT 1 FROM pg_stat_activity WHERE datname = $1"
    if await connection.fetchval(in_use, name):
        _passing.append(name)
    else:
        await connection.execute(f"DROP DATABASE {name}")


@pytest.fixture
def toy_time() -> ToyTime:
    return ToyTime()
