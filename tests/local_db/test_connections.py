import errno
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from local_db.connections import open_encrypted, refusal
from local_db.errors import (
    AlreadyRunning,
    DiskFull,
    NetworkDrive,
    NewerSchema,
    StorageBusy,
    StorageDamaged,
    StorageReadOnly,
    StorageRefused,
    UnusableSnapshot,
    WrongKey,
)
from tests.local_db.samples import KEY


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EFBIG, DiskFull),
        (errno.EROFS, StorageReadOnly),
        (errno.EACCES, StorageReadOnly),
    ],
)
def test_errors_of_the_system_become_plain_refusals(
    number: int, kind: type[StorageRefused]
) -> None:
    assert type(refusal(OSError(number, ""))) is kind


def test_what_is_a_bug_stays_one(tmp_path: Path) -> None:
    connection = open_encrypted(tmp_path / "a.db", KEY)
    with pytest.raises(dbapi2.OperationalError) as caught:
        connection.execute("SELECT * FROM nothing")
    connection.close()
    assert refusal(caught.value) is None
    assert refusal(FileNotFoundError()) is None


def test_a_file_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    open_encrypted(tmp_path / "a.db", KEY).close()
    connection = open_encrypted(tmp_path / "a.db", KEY, mode="ro")
    with pytest.raises(dbapi2.OperationalError) as caught:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    assert isinstance(refusal(caught.value), StorageReadOnly)


def test_a_file_that_another_program_holds_says_so(tmp_path: Path) -> None:
    holder = open_encrypted(tmp_path / "a.db", KEY)
    holder.execute("BEGIN IMMEDIATE")
    connection = open_encrypted(tmp_path / "a.db", KEY)
    connection.execute("PRAGMA busy_timeout = 1")
    with pytest.raises(dbapi2.OperationalError) as caught:
        connection.execute("BEGIN IMMEDIATE")
    connection.close()
    holder.close()
    assert isinstance(refusal(caught.value), StorageBusy)


def test_every_refusal_has_a_code_of_its_own_and_a_sentence() -> None:
    kinds = StorageRefused.__subclasses__()
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_every_refusal_says_what_to_do_in_both_languages() -> None:
    refusals = [DiskFull(), StorageReadOnly(), StorageBusy(), StorageDamaged(), WrongKey()]
    refusals += [NewerSchema(2, 1), NetworkDrive("nfs"), AlreadyRunning(), UnusableSnapshot("x")]
    assert all(str(refused).endswith(".") and refused.zh.endswith("。") for refused in refusals)
