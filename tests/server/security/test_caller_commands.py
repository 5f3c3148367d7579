"""The commands with which an administrator says who may call, and tries it."""

import asyncio
import io
import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
import structlog

from app.domain.numbers import new_uid
from app.wire.registers import RegisterEnrolment
from server.__main__ import main
from server.security.registers import enrol
from tests.conftest import RunningServer

Run = Callable[..., str]
RESERVE = {
    "operation": "RESERVE", "amount": 1, "order_id": "O-9", "timestamp": "2024-01-25T14:30:00Z"
}  # fmt: skip


@pytest.fixture
def run(
    running_server: RunningServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Run]:
    """Runs a command on the running server's database; what it printed."""

    def command(*arguments: str, said: str = "", fails: bool = False) -> str:
        monkeypatch.setenv("DATABASE_URL", running_server.dsn)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(said.encode())))
        status = main([*arguments, "--data-dir", str(running_server.data_dir)])
        assert status == int(fails)
        return capsys.readouterr().out

    yield command
    structlog.reset_defaults()


def test_a_service_is_added_tried_and_revoked(
    running_server: RunningServer, run: Run, tmp_path: Path
) -> None:
    here = ("--base-url", running_server.base_url)
    said = run("services", "add", "dispatch-app", "--network", "127.0.0.0/8")
    file = Path(said.split()[-1])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "from 127.0.0.0/8" in run("services", "list")
    credit = ("call", "POST", "/internal/customers/C000123/credit", "--as", "dispatch-app", *here)
    body = tmp_path / "reserve.json"
    body.write_text(json.dumps(RESERVE))
    assert json.loads(run(*credit, "--body", str(body)))["customer_id"] == "C000123"
    assert json.loads(run(*credit, "--body", "-", said=json.dumps(RESERVE)))
    run("services", "add", "dispatch-app", fails=True)
    run("services", "revoke", "dispatch-app")
    assert "(revoked)" in run("services", "list")
    run("services", "revoke", "stranger", fails=True)


def test_paths_are_tried_as_this_server_and_as_a_person(
    running_server: RunningServer, run: Run
) -> None:
    here = ("--base-url", running_server.base_url)
    assert json.loads(run("call", "GET", "/internal/products/P001", *here))["product_id"] == "P001"
    asked = run("call", "get", "/internal/schedules", "--user", "demo", *here, said="demo\n")
    assert json.loads(asked)
    refused = run("call", "GET", "/internal/schedules", *here, fails=True)
    assert json.loads(refused)["code"] == "ROLE"
    wrong = run("call", "GET", "/v1/ready", "--user", "demo", *here, said="no\n", fails=True)
    assert json.loads(wrong)["code"] == "WRONG_PASSWORD"
    run("call", "GET", "/v1/health", "--base-url", "http://127.0.0.1:9", fails=True)
    run("call", "GET", "/v1/health", "--as", "stranger", *here, fails=True)


def test_a_key_that_was_made_elsewhere_needs_no_file(run: Run) -> None:
    key = "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="
    assert "private key" not in run("services", "add", "billing", "--public-key", key)
    run("services", "add", "other", "--public-key", "nonsense", fails=True)
    run("services", "add", "other", "--network", "10.1.0.1/16", fails=True)
    assert "main-office" in run("services", "name", "main-office")
    assert "this server  main-office" in run("services", "list")


async def enrolled(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    key = "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="
    await enrol(connection, RegisterEnrolment(device_id=new_uid(), name="front", public_key=key))
    await enrol(connection, RegisterEnrolment(device_id=new_uid(), name="old"))
    await connection.close()


def test_registers_are_listed_revoked_and_let_in_again(
    running_server: RunningServer, run: Run
) -> None:
    asyncio.run(enrolled(running_server.dsn))
    assert "has no key yet" in run("registers", "list")
    run("registers", "revoke", "1")
    assert "revoked on" in run("registers", "list")
    run("registers", "restore", "1")
    assert "revoked on" not in run("registers", "list")
    run("registers", "allow-new-key", "1")
    assert "may bring a new key" in run("registers", "list")
    run("registers", "revoke", "98", fails=True)


def test_people_are_closed_and_let_in_again(run: Run) -> None:
    run("users", "close", "demo")
    assert "(closed)" in run("users", "list")
    run("users", "reopen", "demo")
    assert "(closed)" not in run("users", "list")
    run("users", "close", "stranger", fails=True)
