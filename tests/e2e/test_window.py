"""Bad days at the real window, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.demo.evidence import kept_orders
from local_db.connections import open_encrypted
from local_db.database import ORDERS_FILE
from local_db.keys import database_key
from tests.e2e.counters import at_work
from tests.e2e.office import RealOffice

PATIENCE_S = 60


class Window:
    """The program with its window, and what its clerk prints."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def hear(self) -> str:
        """The next line."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def answer(self) -> None:
        """Let the clerk go on."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def exit_code(self) -> int:
        """Wait for its end; the exit code of the program."""
        return self.process.wait(PATIENCE_S)


@contextmanager
def window(scene: str, profile: Path, office: RealOffice) -> Iterator[Window]:
    """The program at that scene; killed at the end if it still runs."""
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.clerk", scene, str(profile), office.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            yield Window(process)
        finally:
            process.kill()


def test_a_first_start_without_the_office_says_what_to_do_and_then_works(
    office: RealOffice, tmp_path: Path
) -> None:
    office.stop()
    with window("first_start", tmp_path, office) as counter:
        assert counter.hear() == "told what to do"
        office.start()
        counter.answer()
        assert counter.hear() == "works"
        assert counter.exit_code() == 0


async def test_closing_with_unsent_orders_asks_first(office: RealOffice, prepared: Path) -> None:
    office.stop()
    with window("close_unsent", prepared, office) as counter:
        assert counter.hear() == "unsent 1"
        assert counter.exit_code() == 0


async def test_closing_in_the_middle_of_a_save_does_not_lose_the_order(
    office: RealOffice, prepared: Path
) -> None:
    with window("stop_while_saving", prepared, office) as counter:
        assert counter.hear() == "saving"
        assert counter.exit_code() == 0
    async with at_work(prepared, office.url) as again:
        assert len(kept_orders(again)) == 1


async def test_a_second_start_raises_the_first_and_a_killed_one_leaves_nothing_behind(
    office: RealOffice, tmp_path: Path
) -> None:
    with window("wait_to_be_raised", tmp_path, office) as first:
        assert first.hear() == "hidden"
        with window("wait_to_be_raised", tmp_path, office) as second:
            assert second.exit_code() == 0
        assert first.hear() == "raised"
        first.process.kill()
        first.process.wait()
    with window("wait_to_be_raised", tmp_path, office) as third:
        assert third.hear() == "hidden"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for files")
async def test_a_full_disk_refuses_the_order_before_printing_and_keeps_everything(
    office: RealOffice, prepared: Path
) -> None:
    with window("full_disk", prepared, office) as counter:
        assert counter.hear() == "mended"
        assert counter.exit_code() == 0


async def test_a_store_of_a_newer_program_is_refused_in_plain_words(
    office: RealOffice, prepared: Path
) -> None:
    connection = open_encrypted(prepared / ORDERS_FILE, database_key(prepared).key)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with window("refused", prepared, office) as counter:
        said = counter.hear()
        assert "請裝回較新的版本" in said
        assert "Install the newer version" in said
        assert counter.exit_code() == 1
