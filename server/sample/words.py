"""The word lists of `resources/sample_shop`, read once and ready to draw from."""

import csv
import io
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from app.domain.addresses import zone_of
from app.domain.customers import CustomerType, PaymentTerms, Zone
from app.domain.orders import TimeSlot

Basket = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class District:
    """A district with its streets; postal code of three digits."""

    county: str
    name: str
    postal_code: str
    zone: Zone
    roads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Landlines:
    """How fixed-line numbers of a county begin, and how long the rest is."""

    area_code: str
    first_digits: tuple[str, ...]
    subscriber_length: int


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of customer; shares and chances in percent, repeated entries are likelier."""

    name: str
    customer_type: CustomerType
    interval: tuple[int, int]
    terms: tuple[PaymentTerms, ...]
    patterns: tuple[str, ...]
    baskets: tuple[Basket, ...]
    slots: tuple[TimeSlot, ...]
    limits: tuple[int, ...]
    special: int
    tax_id: int
    floor: int


@dataclass(frozen=True, slots=True)
class Words:
    """Everything names, addresses and notes are put together from."""

    surnames: tuple[str, ...]
    given_names: tuple[str, ...]
    rare_names: tuple[str, ...]
    nicknames: tuple[str, ...]
    notes: tuple[str, ...]
    home_address_notes: tuple[str, ...]
    shop_address_notes: tuple[str, ...]
    brands: tuple[str, ...]
    company_words: tuple[str, ...]
    shop_chars: tuple[str, ...]
    clerks: tuple[str, ...]
    districts: tuple[District, ...]
    landlines: dict[str, Landlines]
    trades: tuple[Trade, ...]


def text_of(name: str) -> str:
    """A file of the sample data as text."""
    return (files("resources") / "sample_shop" / name).read_text("utf-8")


@cache
def words() -> Words:
    """All word lists; cached, as they never change while the program runs."""
    lists: dict[str, list[str]] = json.loads(text_of("words.json"))
    return Words(
        surnames=_repeated((row["surname"], int(row["weight"])) for row in _rows("surnames.csv")),
        given_names=(*lists["male_names"], *lists["female_names"]),
        rare_names=tuple(lists["rare_names"]),
        nicknames=tuple(lists["nicknames"]),
        notes=tuple(lists["notes"]),
        home_address_notes=tuple(lists["home_address_notes"]),
        shop_address_notes=tuple(lists["shop_address_notes"]),
        brands=tuple(lists["brands"]),
        company_words=tuple(lists["company_words"]),
        shop_chars=tuple(lists["shop_chars"]),
        clerks=tuple(lists["clerks"]),
        districts=_repeated((_district(r), int(r["weight"])) for r in _rows("districts.csv")),
        landlines={row["county"]: _landlines(row) for row in _rows("landlines.csv")},
        trades=_repeated((_trade(t), t["share"] // 10) for t in json.loads(text_of("trades.json"))),
    )


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(name))))


def _repeated(weighted: Any) -> tuple[Any, ...]:
    return tuple(item for item, weight in weighted for _ in range(weight))


def _district(row: dict[str, str]) -> District:
    place = row["county"] + row["district"]
    zone = zone_of(place)
    if zone is None:
        raise ValueError(f"districts.csv: {place} is in no delivery zone")
    roads = tuple(row["roads"].split())
    return District(row["county"], row["district"], row["postal_code"], zone, roads)


def _landlines(row: dict[str, str]) -> Landlines:
    first = tuple(row["first_digits"].split())
    return Landlines(row["area_code"], first, int(row["subscriber_length"]))


def _trade(entry: dict[str, Any]) -> Trade:
    return Trade(
        name=entry["name"],
        customer_type=CustomerType(entry["type"]),
        interval=(entry["interval"][0], entry["interval"][1]),
        terms=_repeated((PaymentTerms(term), share) for term, share in entry["terms"].items()),
        patterns=tuple(entry["patterns"]),
        baskets=tuple(_basket(text) for text in entry["baskets"]),
        slots=_repeated(zip(TimeSlot, entry["slots"], strict=True)),
        limits=tuple(entry["limits"]),
        special=entry["special"],
        tax_id=entry["tax_id"],
        floor=entry["floor"],
    )


def _basket(text: str) -> Basket:
    pairs = (item.split("x") for item in text.split())
    return tuple((product_id, int(quantity)) for product_id, quantity in pairs)
