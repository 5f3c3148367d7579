"""An office in a process of its own, on the real PostgreSQL of this test session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Databases
from tests.e2e.counters import prepare
from tests.e2e.office import RealOffice


@pytest.fixture(scope="session")
def shared_office(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealOffice]:
    office = RealOffice(databases.sample(lasting=True), tmp_path_factory.mktemp("office"))
    yield office
    office.stop()


@pytest.fixture
def office(shared_office: RealOffice) -> RealOffice:
    """A running office; a test may stop, kill and start it as it likes."""
    shared_office.ensure_running()
    return shared_office


@pytest.fixture
async def prepared(office: RealOffice, tmp_path: Path) -> Path:
    """A profile that has worked with `office` before: clerk known, copy there."""
    await prepare(tmp_path / "counter", office.url)
    return tmp_path / "counter"
