"""The commands of whoever runs the server, as they are typed."""

import asyncio
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import structlog

from server.__main__ import main
from server.operation.secrets import Secrets
from tests.conftest import Databases


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.sample()


@pytest.fixture
def run(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    def command(*arguments: str, said: str = "") -> Done:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        status = main([*arguments, "--data-dir", str(tmp_path / "office")])
        printed = capsys.readouterr()
        return Done(status, printed.out, printed.err)

    yield command
    structlog.reset_defaults()


def execute(url: str, *statements: str) -> None:
    async def in_database() -> None:
        connection = await asyncpg.connect(url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(in_database())


def test_audit_lists_who_changed_users_and_verify_finds_a_change(run: Run, url: str) -> None:
    run("users", "add", "mei", "--role", "supervisor", said="correct horse\n")
    run("users", "set-password", "mei", said="battery staple\n")
    whole = run("audit", "verify")
    assert (whole.status, "2 entries" in whole.out) == (0, True)
    mark = whole.out.splitlines()[-1]
    listed = [json.loads(line) for line in run("audit", "list", "--json").out.splitlines()]
    assert [entry["action"] for entry in listed] == ["user.added", "user.password-changed"]
    assert listed[0]["detail"] == {"role": "supervisor"}
    assert listed[0]["actor"].endswith("(command)")
    assert "user.added" in run("audit", "list", "--action", "user.added").out
    assert run("audit", "verify", "--contains", mark).status == 0

    execute(
        url,
        "ALTER TABLE audit_log DISABLE TRIGGER USER",
        'UPDATE audit_log SET detail = \'{"role": "clerk"}\' WHERE n = 1',
    )
    broken = run("audit", "verify")
    assert broken.status == 1
    assert "Entry 1 was changed." in broken.err


def test_a_secret_is_read_from_standard_input_and_shown_nowhere(run: Run, tmp_path: Path) -> None:
    done = run("secrets", "set", "SMS_API_KEY", said="s3cret\n")
    assert done.status == 0, done.err
    assert "s3cret" not in done.out + done.err + run("audit", "list").out
    assert Secrets(tmp_path / "office", {}).find("SMS_API_KEY") == "s3cret"
    assert run("secrets", "set", "lower case", said="x\n").status == 1


def test_status_tells_people_and_programs_how_things_stand(run: Run, url: str) -> None:
    execute(
        url,
        """INSERT INTO outbox (lane, neighbour, operation, method, path, owed_at)
           VALUES ('x', 'reports', 'x', 'POST', '/', now() - interval '2 hours')""",
        "INSERT INTO registers (register, device_id, name) VALUES (7, gen_random_uuid(), 'x')",
    )
    told = run("status")
    for text in ("schema      up to date", "customers   50", "reports 1", "backup      never"):
        assert text in told.out, told.out
    status = json.loads(run("status", "--json").out)
    assert status["oldest_owed_seconds"] >= 7200
    assert status["registers_seen"] == {"7": None}
    assert status["is_served"] is False
    assert status["audit_mark"].startswith("0:")


def test_status_tells_when_the_servers_certificate_ends(run: Run) -> None:
    assert run("ca", "init").status == 0
    assert run("ca", "issue-server", "localhost").status == 0
    status = json.loads(run("status", "--json").out)
    assert list(status["certificates"]) == ["localhost.pem"]
    assert "localhost.pem until 20" in run("status").out


def test_backup_and_restore_say_what_they_did(run: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "shop.backup")
    made = run("backup", file)
    assert (made.status, "sha256" in made.out) == (0, True), made.err
    assert json.loads(run("status", "--json").out)["last_backup_at"] is not None
    again = run("backup", file)
    assert (again.status, "exists already" in again.err) == (1, True)
    refused = run("restore", file)
    assert (refused.status, "--replace" in refused.err) == (1, True)
    restored = run("restore", file, "--replace")
    assert (restored.status, "orders restored" in restored.out) == (0, True), restored.err
    listed = run("audit", "list", "--action", "backup.restored").out
    assert "shop.backup" in listed
