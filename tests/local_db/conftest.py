from collections.abc import Iterator
from pathlib import Path

import pytest

from local_db.database import Database, prepare_reference
from tests.local_db.samples import KEY, write_snapshot


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def database(profile: Path) -> Iterator[Database]:
    """A new register without a reference copy."""
    opened = Database(profile, KEY)
    yield opened
    opened.close()


@pytest.fixture
def stocked(database: Database, profile: Path, tmp_path: Path) -> Database:
    """A register with an empty reference copy."""
    plain = write_snapshot(tmp_path / "plain.db")
    database.adopt_reference(prepare_reference(profile, KEY, plain))
    return database
