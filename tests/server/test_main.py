"""The command line, as a person and as a service manager use it."""

import io
import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import structlog

from server.__main__ import main
from tests.conftest import Databases

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="luckygas-tests-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command in this process, with something on its standard input."""

    def command(*arguments: str, said: str = "", database_url: str = "") -> Done:
        monkeypatch.setenv("DATABASE_URL", database_url)
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        status = main(arguments)
        printed = capsys.readouterr()
        return Done(status, printed.out, printed.err)

    yield command
    structlog.reset_defaults()


def test_serve_says_when_it_is_ready_and_stops_cleanly(folder: Path, run: Run) -> None:
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--sample", "20"]
    with subprocess.Popen(
        [*command, "--data-dir", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    ) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line.startswith("ready http://127.0.0.1:")
        address = line.split()[1]
        assert httpx.get(f"{address}/v1/health").json()["status"] == "ok"
        session = httpx.post(f"{address}/v1/session", json={"username": "demo", "password": "demo"})
        assert session.status_code == 200
        running = folder / "postgresql" / "data" / "postmaster.pid"
        assert running.exists()
        listed = run("users", "list", "--data-dir", str(folder))
        assert "林小姐" in listed.out
        assert running.exists()
        second = run("serve", "--port", "0", "--data-dir", str(folder))
        assert (second.status, "runs already" in second.err) == (1, True)
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
        assert server.stderr is not None
        assert "王大明" not in server.stderr.read()
    assert not running.exists()


def test_a_port_that_is_taken_is_said_plainly(folder: Path, databases: Databases, run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run(
            *("serve", "--port", port, "--data-dir", str(folder)), database_url=databases.empty()
        )
    assert done.status == 1
    assert "in use" in done.err
    assert "Traceback" not in done.err


def test_people_are_added_listed_and_given_passwords(databases: Databases, run: Run) -> None:
    url = databases.empty()
    added = run(
        *("users", "add", "mei", "--name", "陳小梅", "--role", "supervisor"),
        said="correct horse\n",
        database_url=url,
    )
    assert added.status == 0, added.err
    assert "陳小梅" in run("users", "list", database_url=url).out
    changed = run("users", "set-password", "mei", said="battery staple\n", database_url=url)
    assert changed.status == 0
    twice = run("users", "add", "mei", said="correct horse\n", database_url=url)
    assert (twice.status, "already" in twice.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said", "complaint"),
    [
        (("users", "add", "mei"), "short\n", "8 characters"),
        (("users", "add", "Mei Mei"), "correct horse\n", "user name"),
        (("users", "set-password", "nobody"), "correct horse\n", "no user"),
    ],
)
def test_bad_names_and_passwords_are_refused(
    databases: Databases, run: Run, arguments: tuple[str, ...], said: str, complaint: str
) -> None:
    done = run(*arguments, said=said, database_url=databases.empty())
    assert done.status == 1
    assert complaint in done.err


def test_a_database_that_is_away_is_said_without_its_password(run: Run) -> None:
    done = run("status", database_url="postgresql://someone:secret@127.0.0.1:9/none")
    assert done.status == 1
    assert "can not be reached" in done.err
    assert "secret" not in done.err


def test_a_command_starts_the_database_and_stops_it_again(folder: Path, run: Run) -> None:
    done = run("status", "--data-dir", str(folder))
    assert (done.status, "customers   0" in done.out) == (0, True)
    assert not (folder / "postgresql" / "data" / "postmaster.pid").exists()


def test_a_database_of_the_shops_own_leaves_the_data_folder_alone(
    databases: Databases, folder: Path, run: Run
) -> None:
    done = run("status", "--data-dir", str(folder / "none"), database_url=databases.empty())
    assert (done.status, (folder / "none").exists()) == (0, False)


def test_status_counts_what_the_database_holds(databases: Databases, run: Run) -> None:
    done = run("status", database_url=databases.sample())
    assert done.status == 0, done.err
    assert "customers   50" in done.out


def test_the_api_document_is_printed_without_a_database(run: Run) -> None:
    done = run("openapi", database_url="postgresql://127.0.0.1:9/none")
    document = json.loads(done.out)
    assert document["openapi"].startswith("3.")
    assert "/v1/outbox" in document["paths"]
