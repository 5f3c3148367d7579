"""Product files: every usable row becomes a `ProductBody`, every uncertainty a doubt."""

import re
from decimal import Decimal
from pathlib import Path

from app.domain.money import ZERO, from_cents, unit_price, whole
from app.wire.catalogue import DatedPrice, ProductBody
from server.importing import values
from server.importing.columns import PRODUCT_COLUMNS, Headers
from server.importing.doubts import DoubtCode, Doubts
from server.importing.results import ImportResult, natural_id
from server.importing.rows import WHOLE_ROW, Row, Rows
from server.importing.sheets import read_sheet

_SIZE_IN_NAME = re.compile(r"(\d{1,3})\s*(?:kg|公斤)", re.IGNORECASE)


def read_products(path: Path) -> ImportResult[ProductBody]:
    """Read a CSV or XLSX file of products; raises `ImportRefused` when it can not be read.

    A product without a number is known by its name.
    """
    headers = Headers(PRODUCT_COLUMNS)
    sheet = read_sheet(path, headers.field_of)
    doubts = Doubts()
    rows = Rows(sheet, headers, doubts)
    reader = _Reader(rows.fields, doubts)
    for row in rows:
        reader.take(row)
    return ImportResult(reader.bodies, doubts.in_order(), rows.fields, len(sheet.lines))


class _Reader:
    """Turns rows into bodies, one product per number; the first row of a number counts."""

    def __init__(self, fields: frozenset[str], doubts: Doubts) -> None:
        self._fields = fields
        self._doubts = doubts
        self._found: dict[str, tuple[int, ProductBody]] = {}

    @property
    def bodies(self) -> tuple[ProductBody, ...]:
        """The products read so far, in the order of the file."""
        return tuple(body for _, body in self._found.values())

    def take(self, row: Row) -> None:
        """Add a row's product."""
        name = row.text("product_name") or row.text("product_size")
        if not name:
            place = (row.number, WHOLE_ROW)
            self._doubts.add(DoubtCode.ROW_UNUSABLE, place, row.as_written, "品名或規格")
            return
        body = self._body(row, name)
        known = self._found.get(body.product_id)
        if known is None:
            self._found[body.product_id] = (row.number, body)
            return
        place = (row.number, WHOLE_ROW)
        self._doubts.add(DoubtCode.PRODUCT_AGAIN, place, row.as_written, known[0])

    def _body(self, row: Row, name: str) -> ProductBody:
        weight = self._weight(row, name)
        price = self._amount(row, "standard_price")
        if price is None:
            self._doubts.add(DoubtCode.NO_PRICE, (row.number, "單價"), name)
        deposit = self._amount(row, "deposit_amount") or ZERO
        return ProductBody(
            product_id=row.text("product_id") or natural_id(name),
            product_name=name,
            product_size=f"{weight}KG" if weight else row.text("product_size"),
            standard_price=unit_price(price or ZERO),
            track_inventory="available_quantity" in self._fields,
            available_quantity=int(self._amount(row, "available_quantity") or ZERO),
            reserved_quantity=0,
            requires_empty_return=self._yes_or_no(row, "requires_empty_return", likely=weight > 0),
            deposit_amount=from_cents(int(whole(deposit)) * 100),
            active=price is not None and self._yes_or_no(row, "active", likely=True),
            weight_kg=weight,
            upcoming_prices=self._upcoming(row),
        )

    def _weight(self, row: Row, name: str) -> int:
        size = row.first("product_size")
        in_column = values.kilograms(size.text) if size else None
        if in_column is not None:
            return in_column
        in_name = _SIZE_IN_NAME.search(name)
        if in_name:
            return int(in_name[1])
        self._doubts.add(DoubtCode.NO_SIZE, (row.number, "規格"), size.text if size else name)
        return 0

    def _amount(self, row: Row, field: str) -> Decimal | None:
        cell = row.first(field)
        if cell is None or values.is_nothing(cell.text):
            return None
        value = values.amount(cell.text)
        if value is None:
            self._doubts.add(DoubtCode.AMOUNT_OF_PRODUCT, cell.place, cell.text)
        return value

    def _yes_or_no(self, row: Row, field: str, *, likely: bool) -> bool:
        cell = row.first(field)
        meaning = values.yes_or_no(cell.text) if cell else None
        if cell and meaning is None:
            self._doubts.add(DoubtCode.WORD, cell.place, cell.text, "是" if likely else "否")
        return likely if meaning is None else meaning

    def _upcoming(self, row: Row) -> tuple[DatedPrice, ...]:
        price, since = self._amount(row, "upcoming_price"), row.first("effective_from")
        day = values.day(since.text) if since else None
        if price is not None and day is not None:
            return (DatedPrice(standard_price=unit_price(price), effective_from=day),)
        if price is not None:
            place = since.place if since else (row.number, "生效日")
            self._doubts.add(DoubtCode.NO_DATE, place, since.text if since else str(price))
        return ()
