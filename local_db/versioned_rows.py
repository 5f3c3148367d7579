"""Rows of the reference file that carry the server's version: which are newer, written fast."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select
from sqlalchemy.orm import Session

from app.wire.reference_rows import Row
from app.wire.registers import Change


def newer(session: Session, table: Table, changes: Sequence[Change]) -> list[Change]:
    """The changes that, one after the other, are newer than what is there; a tie is not."""
    known = _versions(session, table, changes)
    found = []
    for change in changes:
        if change.v > known.get(change.id, -1):
            known[change.id] = change.v
            found.append(change)
    return found


def gone(session: Session, table: Table, tombstones: Sequence[Change]) -> list[str]:
    """The ids of rows that are there and not newer than their tombstone."""
    known = _versions(session, table, tombstones)
    return [change.id for change in tombstones if known.get(change.id, change.v + 1) <= change.v]


def latest(changes: Iterable[Change]) -> list[Change]:
    """The last change of each row, in the order in which the rows first appear."""
    return list({change.id: change for change in changes}.values())


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Add rows, many at a time; none is fine."""
    if rows:
        session.connection().execute(table.insert(), rows)


def replace_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Add rows or replace those with the same key; of equal keys the last stays."""
    if rows:
        session.connection().execute(table.insert().prefix_with("OR REPLACE"), rows)


def pairs(session: Session, query: Select[Any]) -> dict[str, Any]:
    """The two columns of a query as a mapping."""
    return {row[0]: row[1] for row in session.execute(query)}


def key_of(table: Table) -> ColumnElement[str]:
    """The one column that identifies a row."""
    return next(iter(table.primary_key))


def _versions(session: Session, table: Table, changes: Sequence[Change]) -> dict[str, int]:
    key = key_of(table)
    return pairs(session, select(key, table.c.v).where(key.in_({change.id for change in changes})))
