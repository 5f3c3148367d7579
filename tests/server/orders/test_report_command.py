"""`luckygas-server reports send`, beside a running server."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
import structlog

from app.domain.hours import business_date
from server.__main__ import main
from tests.conftest import RunningServer
from tests.server.messages import NOW

TODAY = business_date(NOW)


@pytest.fixture(autouse=True)
def _database(running_server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", running_server.dsn)


@pytest.fixture
def boss(running_server: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running_server.base_url) as client:
        answered = client.post("/v1/session", json={"username": "boss", "password": "boss"})
        client.headers["Authorization"] = f"Bearer {answered.json()['access_token']}"
        yield client


def reported(boss: httpx.Client, path: str, least: int = 1) -> int:
    """How many days are reported below a path, once there are so many."""
    deadline, pause = time.monotonic() + 20, threading.Event()
    while True:
        days = len(boss.get(f"/internal/reports/daily-orders{path}").json()["reports"])
        if days >= least or time.monotonic() > deadline:
            return days
        pause.wait(0.02)


def test_a_day_is_reported_again_and_adds_no_version(
    boss: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    day = str(TODAY - timedelta(days=1))
    for _ in range(2):
        assert main(["reports", "send", day]) == 0
    structlog.reset_defaults()
    assert capsys.readouterr().out.count(day) == 2
    assert reported(boss, f"/{day}/history") == 1


def test_several_days_are_reported(boss: httpx.Client) -> None:
    first = TODAY - timedelta(days=6)
    assert main(["reports", "send", str(first), "--to", str(TODAY)]) == 0
    structlog.reset_defaults()
    assert reported(boss, f"?from={first}&to={TODAY}", 7) == 7


@pytest.mark.parametrize("days", [["2999-01-01"], ["2024-01-02", "--to", "2024-01-01"]])
def test_days_that_can_not_be_meant_are_refused(
    days: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reports", "send", *days]) == 1
    structlog.reset_defaults()
    assert "none in the future" in capsys.readouterr().err
