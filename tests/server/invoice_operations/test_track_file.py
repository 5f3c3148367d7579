"""The authority's file of allotted tracks, line by line."""

from datetime import date
from pathlib import Path

import pytest

from server.__main__ import main
from server.invoice_operations.track_file import TrackFileRefused, read_track_file
from tests.server.invoice_operations.conftest import HEAD, RUNNING, SELLER, line, months, saved


@pytest.mark.parametrize("encoding", ["cp950", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("head", ["", HEAD])
def test_the_file_is_read_as_it_is_downloaded(tmp_path: Path, encoding: str, head: str) -> None:
    found = read_track_file(saved(tmp_path, head + line() + line("CD"), encoding))
    assert [str(x) for x in found] == [
        f"AB 00000000-00000149 ({RUNNING})",
        f"CD 00000000-00000149 ({RUNNING})",
    ]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (line("ab"), "two capital letters"),
        (line(first="00000001"), "whole booklets"),
        (line(last="00000150"), "whole booklets"),
        (line(last="x"), "eight digits"),
        (line().replace(SELLER, "12345678"), "no tax id"),
        (line().replace(",7,", ",8,"), "type 8"),
        (line().replace(months(RUNNING), "113/02 ~ 113/03"), "even month"),
        (line().replace(months(RUNNING), "113/01 ~ 113/04"), "two months"),
        (line().replace(months(RUNNING), "soon"), "no period"),
        ("04595257,7\r\n", "columns"),
        ("", "no allotment"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_with_its_number(
    tmp_path: Path, row: str, complaint: str
) -> None:
    with pytest.raises(TrackFileRefused, match=complaint) as refusal:
        read_track_file(saved(tmp_path, HEAD + row))
    assert not row or "Line 2" in str(refusal.value)


def test_a_period_that_is_none_is_refused_on_the_command_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["invoices", "unused", "--period", "11301"])
    assert "even month" in capsys.readouterr().err


def test_the_running_period_is_the_one_of_today() -> None:
    assert RUNNING.first_day <= date.today() <= RUNNING.last_day  # noqa: DTZ011 - either zone
