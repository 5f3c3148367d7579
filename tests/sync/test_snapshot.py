import hashlib
from pathlib import Path

import pytest
import zstandard

from app.transport.clocks import Clock
from app.transport.errors import BrokenAnswer, UpgradeNeeded
from local_db.database import Database
from local_db.errors import UnusableSnapshot
from sync.gateways.office import Office
from sync.snapshot import Bootstrap, unpack
from sync.state import BootstrapPhase, BootstrapProgress, SyncState
from sync.transport.stack import OfficeStack
from tests.sync.toy_answers import Answer
from tests.sync.toy_office import ToyOffice

PLAIN = b"rows " * 100_000


def packed(directory: Path, data: bytes) -> tuple[Path, str]:
    path = directory / "file.zst"
    path.write_bytes(data)
    return path, hashlib.sha256(data).hexdigest()


def test_a_sound_file_is_unpacked(tmp_path: Path) -> None:
    source, sha = packed(tmp_path, zstandard.compress(PLAIN))
    unpack(source, tmp_path / "plain", sha, len(PLAIN))
    assert (tmp_path / "plain").read_bytes() == PLAIN


def test_another_file_than_the_manifest_says_is_refused(tmp_path: Path) -> None:
    source, _ = packed(tmp_path, zstandard.compress(PLAIN))
    with pytest.raises(BrokenAnswer):
        unpack(source, tmp_path / "plain", "00" * 32, len(PLAIN))


def test_a_file_that_swells_is_stopped(tmp_path: Path) -> None:
    source, sha = packed(tmp_path, zstandard.compress(bytes(50_000_000)))
    with pytest.raises(BrokenAnswer, match="more than"):
        unpack(source, tmp_path / "plain", sha, 1000)
    assert (tmp_path / "plain").stat().st_size <= 1000


@pytest.mark.parametrize("data", [b"no zstd at all", zstandard.compress(PLAIN)[:-20]])
def test_rubbish_and_halves_are_refused(tmp_path: Path, data: bytes) -> None:
    source, sha = packed(tmp_path, data)
    with pytest.raises(BrokenAnswer):
        unpack(source, tmp_path / "plain", sha, len(PLAIN))


@pytest.fixture
def state() -> SyncState:
    return SyncState()


@pytest.fixture
def bootstrap(register: Database, line: OfficeStack, state: SyncState, brisk: Clock) -> Bootstrap:
    return Bootstrap(register, Office(line.client, brisk), state, brisk)


async def test_a_bootstrap_shows_its_progress_and_leaves_no_files(
    office: ToyOffice, bootstrap: Bootstrap, register: Database, state: SyncState
) -> None:
    office.build_snapshot({"settings": [{"name": "pricing", "body": "{}", "v": 1}]})
    seen: list[BootstrapProgress] = []
    state.listen(lambda: seen.append(state.bootstrap) if state.bootstrap else None)
    await bootstrap.run()
    assert register.has_reference
    assert [progress.phase for progress in seen] == [
        BootstrapPhase.ASKING,
        BootstrapPhase.DOWNLOADING,
        BootstrapPhase.UNPACKING,
        BootstrapPhase.PREPARING,
    ]
    assert seen[1].bytes_done == seen[1].bytes_total > 0
    assert seen[1].rows_total == 1
    assert not list(register.directory.glob("snapshot-*"))


async def test_a_snapshot_with_missing_rows_is_not_adopted(
    office: ToyOffice, bootstrap: Bootstrap, register: Database
) -> None:
    office.counts = {"customers": 3}
    with pytest.raises(UnusableSnapshot):
        await bootstrap.run()
    assert not register.has_reference
    assert not list(register.directory.glob("snapshot-*"))


async def test_a_snapshot_of_another_schema_asks_for_an_upgrade(
    office: ToyOffice, bootstrap: Bootstrap
) -> None:
    office.schema += 1
    with pytest.raises(UpgradeNeeded):
        await bootstrap.run()


async def test_a_damaged_download_is_fetched_afresh(
    office: ToyOffice, bootstrap: Bootstrap, register: Database
) -> None:
    async def damage(answer: Answer) -> Answer:
        return Answer(200, bytes(len(answer.body)), answer.headers, answer.content_type)

    office.faults.append(("zst", damage))
    with pytest.raises(BrokenAnswer):
        await bootstrap.run()
    assert not register.has_reference
    await bootstrap.run()
    assert register.has_reference
