"""Reading the authority's list of allotted tracks (字軌號碼檔, CSV); nothing is typed by hand."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain.invoices import BOOKLET, LARGEST_SERIAL, Period
from app.domain.tax import is_tax_id
from server.refusals import Refusal

GENERAL = "07"
_COLUMNS = 7
_MONTHS = re.compile(r"([0-9]{3})/([0-9]{1,2})~([0-9]{3})/([0-9]{1,2})")
_TRACK = re.compile(r"[A-Z]{2}")
_SERIAL = re.compile(r"[0-9]{1,8}")


class TrackFileRefused(Refusal):
    """The file can not be imported; the text says which line, and why."""

    def __init__(self, message: str) -> None:
        super().__init__("TRACK_FILE", message)


@dataclass(frozen=True, slots=True)
class Allotment:
    """One range of numbers of one track in one period; `line` is where the file says so."""

    line: int
    seller_tax_id: str
    period: Period
    track: str
    first_serial: int
    last_serial: int

    def __str__(self) -> str:
        numbers = f"{self.track} {self.first_serial:08}-{self.last_serial:08}"
        return f"{numbers} ({self.period})"


def read_track_file(path: Path) -> Sequence[Allotment]:
    """The allotments in a file, cp950 or UTF-8; raises `TrackFileRefused` or `OSError`."""
    rows = csv.reader(io.StringIO(_text(path.read_bytes()), newline=""))
    numbered = [(n, [cell.strip() for cell in row]) for n, row in enumerate(rows, 1) if any(row)]
    if numbered and not numbered[0][1][0].isdigit():
        numbered = numbered[1:]  # headings
    found = [_allotment(line, row) for line, row in numbered]
    if not found:
        raise TrackFileRefused("The file holds no allotment.")
    return found


def _text(content: bytes) -> str:
    """UTF-8 is tried first: text of cp950 is practically never valid UTF-8."""
    for encoding in ("utf-8-sig", "cp950"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TrackFileRefused("The file is neither cp950 nor UTF-8; download it again.")


def _allotment(line: int, row: Sequence[str]) -> Allotment:
    if len(row) < _COLUMNS:
        raise TrackFileRefused(f"Line {line}: {_COLUMNS} columns are expected, not {len(row)}.")
    seller, kind, _, months, track, first, last = row[:_COLUMNS]
    if not is_tax_id(seller):
        raise TrackFileRefused(f"Line {line}: {seller!r} is no tax id (統一編號).")
    if kind.zfill(2) != GENERAL:
        raise TrackFileRefused(f"Line {line}: type {kind}; only general invoices (07) are issued.")
    if not _TRACK.fullmatch(track):
        raise TrackFileRefused(f"Line {line}: {track!r} is no track; two capital letters are.")
    period = _period(line, months)
    return Allotment(line, seller, period, track, *_range(line, first, last))


def _period(line: int, months: str) -> Period:
    found = _MONTHS.fullmatch(months.replace(" ", "").replace("～", "~"))
    if found is None:
        raise TrackFileRefused(f"Line {line}: {months!r} is no period such as 113/01 ~ 113/02.")
    first_year, first_month, year, month = map(int, found.groups())
    try:
        period = Period.parse(f"{year:03}{month:02}")
    except ValueError as error:
        raise TrackFileRefused(f"Line {line}: a period ends with an even month.") from error
    if (first_year, first_month) != (year, month - 1):
        raise TrackFileRefused(f"Line {line}: {months!r} is not two months of one period.")
    return period


def _range(line: int, first: str, last: str) -> tuple[int, int]:
    if not (_SERIAL.fullmatch(first) and _SERIAL.fullmatch(last)):
        raise TrackFileRefused(f"Line {line}: first and last number have up to eight digits.")
    begins, ends = int(first), int(last)
    fits = begins % BOOKLET == 0 and ends % BOOKLET == BOOKLET - 1
    if not fits or not begins < ends <= LARGEST_SERIAL:
        raise TrackFileRefused(
            f"Line {line}: {first}-{last} is no range of whole booklets of {BOOKLET}: it begins "
            "with 00 or 50 and ends with 49 or 99."
        )
    return begins, ends
