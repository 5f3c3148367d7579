"""Days in addresses, read strictly: pydantic alone would take a number for a moment since 1970."""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

from server.plausibility import YEARS

_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _read(text: object) -> date:
    """The day; `ValueError` says what a day looks like."""
    if not isinstance(text, str) or not _WRITTEN.fullmatch(text):
        raise ValueError("write a day as 2024-01-26")
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError("that year can not be meant")
    return day


Day = Annotated[date, BeforeValidator(_read)]
