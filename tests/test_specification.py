"""The table of the specification says the truth about files, paths, events and tests."""

import re
from pathlib import Path

from app.wire.events import EventName
from server.app import api_document

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "specification.md").read_text("utf-8")
LINES = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
ROWS = [line for line in LINES if line[0] != "What"]
SPEC_EVENTS = {
    "customer.credit.changed",
    "product.stock.low",
    "product.price.updated",
    "delivery.status.changed",
    "payment.received",
    "invoice.generated",
    "driver.location.updated",
}


def test_every_place_exists() -> None:
    places = {place for row in ROWS for place in re.findall(r"`([\w./]+)`", row[1])}
    assert [place for place in sorted(places) if not (ROOT / place).exists()] == []


def test_every_proof_is_a_test() -> None:
    proofs = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    missing = [
        f"{file}::{name}"
        for file, name in proofs
        if not (ROOT / file).exists()
        or not re.search(rf"def {name}\(", (ROOT / file).read_text("utf-8"))
    ]
    assert [row[0] for row in ROWS if "::" not in row[2]] == []
    assert missing == []


def test_every_path_is_served() -> None:
    document = api_document()["paths"]
    assert isinstance(document, dict)
    paths = re.findall(r"`(GET|POST|PUT) (/[\w/{}-]+)`", PAGE)
    assert [f"{verb} {path}" for verb, path in paths if verb.lower() not in document[path]] == []
    assert len(paths) == 21


def test_every_event_of_the_specification_is_named() -> None:
    named = {row[0].strip("`") for row in ROWS if row[0].strip("`") in set(EventName)}
    assert named == SPEC_EVENTS
