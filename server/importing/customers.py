"""Customer files: every usable row becomes a `CustomerBody`, every uncertainty a doubt."""

import unicodedata
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from app.domain.addresses import normalise_address, short_address
from app.domain.customers import CustomerStatus, CustomerType, PaymentTerms
from app.domain.money import ZERO, from_cents, whole
from app.domain.phones import format_phone
from app.domain.search_text import fold
from app.wire.customers import CustomerBody
from server.importing import values
from server.importing.columns import CUSTOMER_COLUMNS, Headers
from server.importing.contacts import Contacts
from server.importing.doubts import DoubtCode, Doubts
from server.importing.merging import merged
from server.importing.results import ImportOptions, ImportResult, natural_id
from server.importing.rows import WHOLE_ROW, Row, Rows
from server.importing.sheets import read_sheet
from server.importing.special_prices import SpecialPrices

W = TypeVar("W")
_NAMELESS = "未具名"
_SHOP_ENDINGS = ("公司", "行", "店", "館", "廳", "社", "廠", "部", "坊", "飯店", "小吃", "自助餐")


def read_customers(path: Path, options: ImportOptions | None = None) -> ImportResult[CustomerBody]:
    """Read a CSV or XLSX file of customers; raises `ImportRefused` when it can not be read.

    Without a number of its own a customer is known by name and first phone (else address).
    """
    headers = Headers(CUSTOMER_COLUMNS, prefixed="special_price")
    sheet = read_sheet(path, headers.field_of)
    doubts = Doubts()
    rows = Rows(sheet, headers, doubts)
    reader = _Reader(rows, headers, options or ImportOptions(), doubts)
    reader.doubt_missing_columns(sheet.header.number)
    for row in rows:
        reader.take(row)
    return ImportResult(reader.bodies, doubts.in_order(), rows.fields, len(sheet.lines))


class _Reader:
    """Turns rows into bodies, one customer per number."""

    def __init__(
        self, rows: Rows, headers: Headers, options: ImportOptions, doubts: Doubts
    ) -> None:
        self._fields = rows.fields
        self._doubts = doubts
        self._contacts = Contacts(doubts, options.area_code, options.zone)
        self._prices = SpecialPrices(headers, options.products, doubts)
        self._found: dict[str, tuple[int, CustomerBody]] = {}

    @property
    def bodies(self) -> tuple[CustomerBody, ...]:
        """The customers read so far, in the order of the file."""
        return tuple(body for _, body in self._found.values())

    def doubt_missing_columns(self, header: int) -> None:
        """Say once for the file what would otherwise be said for every row."""
        missing = {"customer_id": DoubtCode.NO_NUMBER, "phone": DoubtCode.NO_PHONE}
        for field, code in (missing | {"address": DoubtCode.NO_ADDRESS}).items():
            if field not in self._fields:
                name = CUSTOMER_COLUMNS[field].split()[0]
                self._doubts.add(code, (header, name), "（沒有這一欄）", "每一列")

    def take(self, row: Row) -> None:
        """Add a row's customer, or merge it with the one that has the same number."""
        body = self._body(row)
        if body is None:
            self._doubts.add(
                DoubtCode.ROW_UNUSABLE, (row.number, WHOLE_ROW), row.as_written, "姓名、電話或地址"
            )
            return
        number = body.customer_id
        if number in self._found and not self._is_same(body, self._found[number][1]):
            other = natural_id(body.customer_name, *_key(body))
            place, taken_by = self._place(row, "customer_id"), self._found[number][0]
            self._doubts.add(DoubtCode.NUMBER_TAKEN, place, number, taken_by, other)
            body = replace(body, customer_id=other)
        if body.customer_id not in self._found:
            self._found[body.customer_id] = (row.number, body)
            return
        first_row, first = self._found[body.customer_id]
        place = self._place(row, "customer_name")
        self._doubts.add(DoubtCode.SAME_AGAIN, place, body.customer_name, first_row)
        self._found[body.customer_id] = (first_row, merged(first, body))

    def _body(self, row: Row) -> CustomerBody | None:
        phones, unknown_phones = self._contacts.phones(row)
        addresses = self._contacts.addresses(row)
        if not (row.text("customer_name") or row.text("nickname") or row.text("phone")) and (
            not addresses
        ):
            return None
        prices, unclear_prices = self._prices.read(row)
        limit, used, unclear_amounts = self._account(row)
        tax_id = self._contacts.tax_id(row)
        body = CustomerBody(
            customer_id="".join(unicodedata.normalize("NFKC", row.text("customer_id")).split()),
            customer_name=row.text("customer_name") or row.text("nickname"),
            phone_primary=format_phone(phones[0].digits) if phones else "",
            tax_id=tax_id,
            customer_type=CustomerType.RESIDENTIAL,
            credit_limit=limit,
            credit_used=used,
            credit_available=limit - used,
            status=self._word(row, "status", values.status, CustomerStatus.ACTIVE),
            payment_terms=self._terms(row, limit),
            delivery_addresses=addresses,
            special_prices=prices,
            phones=phones,
            nickname=row.text("nickname") if row.text("customer_name") else "",
            email=row.text("email"),
            note=self._note(row, (*unknown_phones, *unclear_prices, *unclear_amounts)),
        )
        return self._identified(row, self._typed(row, self._named(row, body)))

    def _named(self, row: Row, body: CustomerBody) -> CustomerBody:
        if not body.delivery_addresses and "address" in self._fields:
            self._doubts.add(DoubtCode.NO_ADDRESS, (row.number, "地址"), body.customer_name)
        if not body.phones and not row.all("phone") and "phone" in self._fields:
            self._doubts.add(DoubtCode.NO_PHONE, (row.number, "電話"), body.customer_name)
        if body.customer_name:
            return body
        known_by = body.phone_primary or row.text("phone")
        if not known_by:
            known_by = short_address(body.delivery_addresses[0].full_address)
        name = f"{_NAMELESS} {known_by}"
        self._doubts.add(DoubtCode.NO_NAME, (row.number, "姓名"), "", name)
        return replace(body, customer_name=name)

    def _identified(self, row: Row, body: CustomerBody) -> CustomerBody:
        if body.customer_id:
            return body
        number = natural_id(body.customer_name, *_key(body))
        if "customer_id" in self._fields:
            place = (row.number, "客戶編號")
            self._doubts.add(DoubtCode.NO_NUMBER, place, body.customer_name, number)
        return replace(body, customer_id=number)

    def _typed(self, row: Row, body: CustomerBody) -> CustomerBody:
        is_shop = body.tax_id is not None or body.customer_name.endswith(_SHOP_ENDINGS)
        likely = CustomerType.COMMERCIAL if is_shop else CustomerType.RESIDENTIAL
        kind = self._word(row, "customer_type", values.customer_type, likely)
        return replace(body, customer_type=kind)

    def _account(self, row: Row) -> tuple[Decimal, Decimal, tuple[str, ...]]:
        amounts, unclear = [], []
        for field in ("credit_limit", "credit_used"):
            cell = row.first(field)
            value = values.amount(cell.text) if cell else ZERO
            if cell and value is None and not values.is_nothing(cell.text):
                self._doubts.add(DoubtCode.AMOUNT, cell.place, cell.text)
                unclear.append(f"{cell.column}：{cell.text}")
            amounts.append(from_cents(int(whole(value or ZERO)) * 100))
        return amounts[0], amounts[1], tuple(unclear)

    def _terms(self, row: Row, limit: Decimal) -> PaymentTerms:
        likely = PaymentTerms.NET30 if limit > 0 else PaymentTerms.CASH
        if limit > 0 and not row.first("payment_terms"):
            cell = row.first("credit_limit")
            place = cell.place if cell else (row.number, WHOLE_ROW)
            self._doubts.add(DoubtCode.TERMS_ASSUMED, place, str(limit), likely)
        return self._word(row, "payment_terms", values.terms, likely)

    def _word(self, row: Row, field: str, read: Callable[[str], W | None], likely: W) -> W:
        cell = row.first(field)
        if cell is None:
            return likely
        meaning = read(cell.text)
        if meaning is None:
            self._doubts.add(DoubtCode.WORD, cell.place, cell.text, likely)
        return likely if meaning is None else meaning

    def _note(self, row: Row, unclear: tuple[str, ...]) -> str:
        notes = [cell.text for cell in row.all("note") if not values.is_nothing(cell.text)]
        faxes = [f"{cell.column}：{cell.text}" for cell in row.all("fax")]
        if row.extra:
            place = (row.number, WHOLE_ROW)
            self._doubts.add(DoubtCode.EXTRA_CELLS, place, " ".join(row.extra))
        return "；".join([*notes, *faxes, *unclear, *row.extra])

    def _is_same(self, body: CustomerBody, first: CustomerBody) -> bool:
        names = {fold(body.customer_name), fold(first.customer_name)}
        return len(names) == 1 or any(name.startswith(_NAMELESS) for name in names)

    def _place(self, row: Row, field: str) -> tuple[int, str]:
        cell = row.first(field)
        return cell.place if cell else (row.number, WHOLE_ROW)


def _key(body: CustomerBody) -> tuple[str, ...]:
    """What tells two customers of one name apart: the first number, else the first address."""
    if body.phones:
        return (body.phones[0].digits,)
    return tuple(normalise_address(a.full_address) for a in body.delivery_addresses[:1])
