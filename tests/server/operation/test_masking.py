"""Nothing about a person gets into a log line, however it is written."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from server.operation.logs import log_to_stderr
from server.operation.masking import MASK, mask, masked_text

around = st.sampled_from(["", " ", "customer ", "tel:", "(", "'", "Mei-", "x="])
behind = st.sampled_from(["", " ", " is wrong", ")", "'", ",", "."])
digits = st.text("0123456789", min_size=6, max_size=8)
separators = st.sampled_from(["", "-", " ", ") "])
han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4)


@st.composite
def phones(draw: st.DrawFn) -> str:
    rest = draw(digits)
    cut = draw(st.integers(2, 4))
    prefix = draw(st.sampled_from(["09", "02-", "(02)", "+886 9", "+886-2-", "0800"]))
    return f"{prefix}{rest[:cut]}{draw(st.sampled_from(['', '-', ' ']))}{rest[cut:]}"


@given(before=around, phone=phones(), after=behind)
def test_no_telephone_number_is_left(before: str, phone: str, after: str) -> None:
    seen = masked_text(before + phone + after)
    assert MASK in seen
    assert sum(map(str.isdigit, seen)) == 0


@given(before=around, tax_id=st.from_regex(r"[0-9]{8}", fullmatch=True), after=behind)
def test_no_tax_id_is_left(before: str, tax_id: str, after: str) -> None:
    assert tax_id not in masked_text(before + tax_id + after)


@given(name=han, street=han, number=st.integers(1, 999), before=around)
def test_no_chinese_name_or_address_is_left(
    name: str, street: str, number: int, before: str
) -> None:
    seen = masked_text(f"{before}{name} 住 {street}路{number}號之3")
    assert not set(seen) & set(name + street)
    assert str(number) not in seen


@given(email=st.emails())
def test_no_email_address_is_left(email: str) -> None:
    user, _, host = email.partition("@")
    seen = masked_text(f"mail to {email} failed")
    assert email not in seen
    assert MASK in seen
    assert f"{user}@" not in seen or not host


@given(secret=st.from_regex(r"[A-Za-z0-9_-]{8,40}", fullmatch=True))
def test_no_token_or_password_is_left(secret: str) -> None:
    for text in (
        f"Authorization: Bearer {secret}",
        f"password={secret}&x=1",
        f"token: {secret}",
        f"postgresql://shop:{secret}@host/db",
        f"got eyJhbGciOiJIUzI1NiJ9.eyJ{secret}.{secret}",
    ):
        assert secret not in masked_text(text)


@given(value=st.text(min_size=1) | st.integers() | st.dictionaries(st.text(), st.text()))
@pytest.mark.parametrize("key", ["contact_phone", "name", "body", "tax_id", "Token", "api_key"])
def test_private_keys_never_show_their_value(key: str, value: object) -> None:
    for line in ({key: value}, {"deep": [{key: value}]}):
        seen = mask(None, "", {**line})
        assert seen in ({key: MASK}, {"deep": [{key: MASK}]}) or value in ("", {}, [])


@pytest.mark.parametrize(
    "text",
    [
        "O-20240125-000123",
        "C000123 is on hold",
        "2026-11-22 21:19 and 2026-11-22T21:19:14.123Z",
        "10.0.0.12 answers 503",
        "018d4b1c-6e1f-7c3a-9a55-0c6f0f1f2a3b",
        "12345678-1234-1234-1234-123456789012",
        "took 1234.5 ms",
    ],
)
def test_numbers_of_things_stay(text: str) -> None:
    assert masked_text(text) == text


def test_unknown_objects_show_only_their_kind() -> None:
    class Customer:
        def __repr__(self) -> str:
            return "Customer(John)"

    line = mask(None, "", {"who": Customer(), "raw": b"John", "uid": UUID(int=5)})
    assert line == {"who": "<Customer>", "raw": "<4 bytes>", "uid": str(UUID(int=5))}


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    root = logging.getLogger()
    before = root.handlers[:], root.level
    log_to_stderr("INFO")
    yield written
    structlog.reset_defaults()
    root.handlers[:], _ = before
    root.setLevel(before[1])


def test_an_exceptions_text_shows_its_kind_and_place_only(stderr: io.StringIO) -> None:
    try:
        raise ValueError("Key (name, digits)=(John Smith, 0912345678) of 'Jane' at 台北市")
    except ValueError:
        structlog.get_logger().exception("it failed", order_id="O-20240125-000123")
    line = json.loads(stderr.getvalue())
    assert line["order_id"] == "O-20240125-000123"
    assert "ValueError" in line["exception"]
    assert "test_masking.py" in line["exception"]
    for secret in ("John", "Jane", "0912", "台北"):
        assert secret not in json.dumps(line, ensure_ascii=False).replace(
            line["exception"], line["exception"].split("\n")[-1]
        )


def test_lines_of_libraries_are_masked_and_correlated_too(stderr: io.StringIO) -> None:
    correlation = str(uuid4())
    with structlog.contextvars.bound_contextvars(correlation_id=correlation):
        logging.getLogger("a.library").warning("cannot reach %s", "王大明 0912-345-678")
    line = json.loads(stderr.getvalue())
    assert line["event"] == f"cannot reach {MASK}"
    assert (line["logger"], line["correlation_id"]) == ("a.library", correlation)
