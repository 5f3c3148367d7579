import sys
from pathlib import Path

import pytest

from app.transport.private_files import OpenToOthers, require_private, write_private

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows protects folders")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "key.pem"
    write_private(path, b"secret")
    return path


def test_a_secret_is_written_for_its_owner_only(secret: Path) -> None:
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.read_bytes() == b"secret"
    require_private(secret)


def test_writing_again_replaces_the_whole_file(secret: Path) -> None:
    write_private(secret, b"new")
    assert secret.read_bytes() == b"new"
    assert list(secret.parent.iterdir()) == [secret]


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o602, 0o601, 0o620, 0o666])
def test_a_secret_that_others_can_reach_is_refused_with_what_to_do(secret: Path, mode: int) -> None:
    secret.chmod(mode)
    with pytest.raises(OpenToOthers, match=f"chmod 600 {secret}"):
        require_private(secret)


@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_what_only_the_owner_reads_is_accepted(secret: Path, mode: int) -> None:
    secret.chmod(mode)
    require_private(secret)


def test_a_missing_secret_is_not_taken_for_a_safe_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        require_private(tmp_path / "none.pem")
