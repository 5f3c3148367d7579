"""The main job end to end: real window, real keys, real server over TCP, both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CUSTOMERS = 300
# One process walks the tour for all of its tests.
pytestmark = pytest.mark.xdist_group("tour")


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tour")
    command = ["demo", "--tour", str(folder), "--customers", str(CUSTOMERS)]
    # Without a display of its own the window is drawn into memory.
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    done = subprocess.run(
        [sys.executable, "-m", "app", *command],
        capture_output=True,
        text=True,
        env=environment | {"QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    report = (folder / "tour.json").read_text("utf-8") if (folder / "tour.json").exists() else ""
    assert done.returncode == 0, f"{report}\n{done.stdout}\n{done.stderr}"
    return folder


@pytest.fixture(scope="module")
def report(tour: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((tour / "tour.json").read_text("utf-8"))
    return content


@pytest.mark.timeout(300)
def test_a_phone_call_becomes_an_order_that_survives_and_reaches_the_server(
    report: dict[str, Any],
) -> None:
    assert report["ok"]
    assert [step["name"] for step in report["steps"] if not step["ok"]] == []
    assert [order["server_status"] for order in report["orders"]] == ["CONFIRMED"] * 3


@pytest.mark.timeout(300)
def test_calls_take_no_more_keys_than_budgeted(report: dict[str, Any]) -> None:
    keys = {step["name"]: step["keys"] for step in report["steps"]}
    assert keys["order-without-the-office"] == 3
    assert keys["withheld-number"] == 8


@pytest.mark.timeout(300)
def test_every_step_is_photographed_and_the_papers_are_kept(
    tour: Path, report: dict[str, Any]
) -> None:
    pictures = {path.name[:2] for path in tour.glob("*.png")}
    assert pictures == {f"{n:02}" for n in range(1, len(report["steps"]) + 1)}
    assert len(list(tour.glob("O-*.pdf"))) == 4
