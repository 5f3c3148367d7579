"""A cluster lives where PostgreSQL's user may enter, and is found again."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from server.database.cluster_home import NOTE, home_for

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root changes users"
)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("server.database.cluster_home.LASTING", tmp_path / "lasting")
    return tmp_path


def test_an_open_folder_keeps_its_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.database.cluster_home.is_open_to_others", lambda _: True)
    assert home_for(tmp_path / "shop") == tmp_path / "shop" / "postgresql"


def test_a_closed_folder_says_where_its_cluster_is(tmp_path: Path) -> None:
    home = home_for(tmp_path / "shop")
    assert home.is_relative_to(tmp_path / "luckygas-clusters")
    assert home_for(tmp_path / "shop") == home
    assert home_for(tmp_path / "other") != home


def test_temporary_clusters_go_when_their_folder_is_gone(tmp_path: Path) -> None:
    gone, kept = home_for(tmp_path / "gone"), home_for(tmp_path / "kept")
    shutil.rmtree(tmp_path / "gone")
    home_for(tmp_path / "new")
    assert not gone.parent.exists()
    assert kept.parent.exists()


def test_lasting_clusters_stay_even_when_their_folder_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    home = home_for(tmp_path / "shop")
    assert home.is_relative_to(tmp_path / "lasting")
    (tmp_path / "shop" / NOTE).unlink()
    home_for(tmp_path / "new")
    assert home.parent.exists()
