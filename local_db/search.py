"""Finds customers while a clerk types; the one who ordered last comes first.

See docs/rules/search.md. One word is tried in tiers (a number's tail before its middle, a name
before an address); of several words all must fit.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Row, TextClause, select, text
from sqlalchemy.orm import Session

from app.domain.addresses import normalise_address
from app.domain.customers import CustomerStatus, CustomerType, PaymentTerms
from app.domain.search_text import address_match, digit_match, fold, name_match
from app.domain.zhuyin import typed_initials
from local_db import reference_tables as ref

_CUT = 1_000  # matches of one tier that are sorted by recency; sorting more would be felt
_LAST = "\U0010ffff"
_SHORTEST_TAIL = 3
_SHORTEST_MIDDLE = 4
_NUMBER = re.compile(r"[+(]?\d[\d()\-]*")
_LATIN_OR_ZHUYIN = re.compile(r"[a-z0-9,./;\-\u3105-\u3129]+")

_NEWEST = "ORDER BY c.last_order_on DESC, c.search_id DESC LIMIT :limit"
_MATCHING = "SELECT rowid FROM ref.customer_search WHERE customer_search MATCH :match"
_WITH_INITIALS = "initials >= :low AND initials < :high"
_BY_INDEX = text(
    f"SELECT c.search_id FROM ({_MATCHING} ORDER BY rowid DESC LIMIT :cut) AS found"
    " CROSS JOIN ref.customers AS c INDEXED BY customers_recency ON c.search_id = found.rowid"
    f" {_NEWEST}"
)
_BY_TAIL = text(
    "SELECT c.search_id FROM (SELECT DISTINCT customer_id FROM ref.phones"
    " WHERE reversed >= :low AND reversed < :high LIMIT :cut) AS found"
    f" CROSS JOIN ref.customers AS c ON c.customer_id = found.customer_id {_NEWEST}"
)
_BY_INITIALS = text(
    "SELECT c.search_id FROM (SELECT search_id, last_order_on FROM ref.customers"
    f" WHERE {_WITH_INITIALS} LIMIT :cut) AS c {_NEWEST}"
)
_BY_CUSTOMER_NUMBER = text(
    "SELECT c.search_id FROM (SELECT search_id, last_order_on FROM ref.customers"
    f" WHERE customer_id >= :low AND customer_id < :high LIMIT :cut) AS c {_NEWEST}"
)
_BY_TAX_ID = text(f"SELECT c.search_id FROM ref.customers AS c WHERE c.tax_id = :tax_id {_NEWEST}")
_BY_INDEX_AND_INITIALS = text(
    "SELECT c.search_id FROM ref.customers AS c INDEXED BY customers_initials"
    f" WHERE {_WITH_INITIALS} AND c.search_id IN ({_MATCHING}) {_NEWEST}"
)
_Query = tuple[TextClause, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One customer found; `phone` (digits) and `address` are the ones that fit what was typed."""

    customer_id: str
    name: str
    nickname: str
    phone: str
    address: str
    customer_type: CustomerType
    status: CustomerStatus
    payment_terms: PaymentTerms
    credit_limit: Decimal
    credit_used: Decimal
    on_hold: bool
    last_order_on: date | None


def search_customers(session: Session, typed: str, limit: int = 12) -> tuple[SearchHit, ...]:
    """Customers that fit what was typed, best first; nothing typed finds nothing.

    Understands tails of telephone numbers (3 digits and more), customer numbers, tax ids, names
    and nicknames, Zhuyin initials (also as raw keys), address fragments, and several of them.
    """
    words = typed.split()
    queries = _tiers(words[0]) if len(words) == 1 else _together(words)
    found: dict[int, None] = {}
    for statement, values in queries:
        room = {"limit": limit, "cut": _CUT}
        found.update(dict.fromkeys(session.scalars(statement, _used(statement, values | room))))
        if len(found) >= limit:
            break
    return _hits(session, list(found)[:limit], words)


def _used(statement: TextClause, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if f":{name}" in statement.text}


def _tiers(word: str) -> Iterator[_Query]:
    """The queries of a single word, the likeliest meaning first."""
    plain = fold(word)
    digits = _digits(plain)
    number = word.upper()
    yield _BY_CUSTOMER_NUMBER, {"low": number, "high": number + "\0"}
    if len(digits) >= _SHORTEST_TAIL:
        yield _BY_TAX_ID, {"tax_id": digits}
        yield _BY_TAIL, _prefix(digits[::-1])
    if len(digits) >= _SHORTEST_MIDDLE:
        yield _BY_INDEX, {"match": digit_match(digits)}
    if any(c.isdecimal() for c in plain):
        yield _BY_CUSTOMER_NUMBER, _prefix(number)
    if not digits and (names := name_match(word)):
        yield _BY_INDEX, {"match": names}
    if initials := _initials(plain):
        yield _BY_INITIALS, _prefix(initials)
    if addresses := address_match(normalise_address(word)):
        yield _BY_INDEX, {"match": addresses}


def _together(words: Sequence[str]) -> Iterator[_Query]:
    """The queries of several words, all of which must fit; one may be initials."""
    initials = next(filter(None, map(_initials_only, words)), "")
    others = [word for word in words if not initials or _initials_only(word) != initials]
    if match := _all_of(others):
        if not initials:
            yield _BY_INDEX, {"match": match}
            return
        yield _BY_INDEX_AND_INITIALS, {"match": match, **_prefix(initials)}
    if match := _all_of(words):
        yield _BY_INDEX, {"match": match}


def _all_of(words: Iterable[str]) -> str:
    """The MATCH expression of the words as texts and numbers."""
    return " AND ".join(filter(None, map(_any_meaning, words)))


def _any_meaning(word: str) -> str:
    digits = _digits(fold(word))
    numbers = digit_match(digits)
    meanings = [numbers] if numbers else [name_match(word), address_match(normalise_address(word))]
    return f"({' OR '.join(filter(None, meanings))})" if any(meanings) else ""


def _initials_only(word: str) -> str:
    plain = fold(word)
    return "" if len(_digits(plain)) >= _SHORTEST_TAIL else _initials(plain)


def _prefix(start: str) -> dict[str, Any]:
    return {"low": start, "high": start + _LAST}


def _digits(plain: str) -> str:
    """The digits of something that is nothing but a number, else ""."""
    return re.sub(r"\D", "", plain) if _NUMBER.fullmatch(plain) else ""


def _initials(plain: str) -> str:
    return typed_initials(plain) if _LATIN_OR_ZHUYIN.fullmatch(plain) else ""


def _hits(session: Session, found: Sequence[int], words: Sequence[str]) -> tuple[SearchHit, ...]:
    if not found:
        return ()
    c, credit = ref.customers.c, ref.credit.c
    rows = session.execute(
        select(ref.customers, credit.credit_limit, credit.credit_used, credit.on_hold)
        .outerjoin(ref.credit, credit.customer_id == c.customer_id)
        .where(c.search_id.in_(found))
    )
    customers = {row.search_id: row for row in rows}
    ids = [row.customer_id for row in customers.values()]
    numbers = [_digits(fold(word)) for word in words]
    phones = _fitting(session, ref.phones.c.digits, ids, numbers)
    places = [normalise_address(word) for word in words]
    addresses = _fitting(session, ref.addresses.c.normalised, ids, places)
    return tuple(
        _hit(row, phones.get(row.customer_id), addresses.get(row.customer_id))
        for row in map(customers.__getitem__, found)
    )


def _fitting(
    session: Session, column: Column[Any], ids: Sequence[str], fragments: Sequence[str]
) -> dict[str, Row[Any]]:
    """Of each customer the row whose column contains a fragment, else the default or first one."""
    table = column.table
    is_default = [table.c.is_default.desc()] if "is_default" in table.c else []
    rows = session.execute(
        select(table, column.label("searched"))
        .where(table.c.customer_id.in_(ids))
        .order_by(*is_default, *table.primary_key)
    )
    chosen: dict[str, Row[Any]] = {}
    fitting = set[str]()
    for row in rows:
        fits = any(fragment and fragment in row.searched for fragment in fragments)
        if row.customer_id not in chosen or (fits and row.customer_id not in fitting):
            chosen[row.customer_id] = row
        if fits:
            fitting.add(row.customer_id)
    return chosen


def _hit(customer: Row[Any], phone: Row[Any] | None, address: Row[Any] | None) -> SearchHit:
    day = customer.last_order_on
    return SearchHit(
        customer_id=customer.customer_id,
        name=customer.name,
        nickname=customer.nickname,
        phone=phone.digits if phone else "",
        address=address.full_address if address else "",
        customer_type=CustomerType(customer.customer_type),
        status=CustomerStatus(customer.status),
        payment_terms=PaymentTerms(customer.payment_terms),
        credit_limit=Decimal(customer.credit_limit or 0),
        credit_used=Decimal(customer.credit_used or 0),
        on_hold=bool(customer.on_hold),
        last_order_on=date.fromisoformat(day) if day else None,
    )
