"""Phones, addresses and tax ids of one row, normalised by the rules of the domain."""

import re
import unicodedata

from app.domain.addresses import split_address, zone_of
from app.domain.customers import Zone
from app.domain.phones import parse_phone, split_phones
from app.domain.tax import is_tax_id
from app.wire.customers import DeliveryAddress, PhoneNumber
from server.importing import values
from server.importing.doubts import DoubtCode, Doubts
from server.importing.rows import Cell, Row

_LABELS = {"手機": "手機", "行動": "手機", "住家": "住家", "公司": "公司", "店面": "店面"}
_TAX_ID_LENGTH = 8
_POSTAL_CODE = re.compile(r"^[\[(]?(\d{6}|\d{5}|\d{3})[\])]?(?=\D)")
_POSTAL_LENGTHS = {3, 5, 6}


class Contacts:
    """Reads the contact columns; `area_code` is put before numbers that lack one."""

    def __init__(self, doubts: Doubts, area_code: str, zone: Zone) -> None:
        self._doubts = doubts
        self._area_code = area_code
        self._zone = zone

    def phones(self, row: Row) -> tuple[tuple[PhoneNumber, ...], tuple[str, ...]]:
        """The numbers of a row, and the texts that are none (for the note)."""
        found: dict[str, PhoneNumber] = {}
        unknown: list[str] = []
        for cell in row.all("phone"):
            for part in split_phones(cell.text):
                number = self._phone(cell, part)
                if number is not None:
                    found.setdefault(number.digits, number)
                elif not values.is_nothing(part):
                    unknown.append(f"{cell.column}：{part}")
        return self._with_extension(row, tuple(found.values())), tuple(unknown)

    def addresses(self, row: Row) -> tuple[DeliveryAddress, ...]:
        """The addresses of a row, the first one as default; ids count from 1."""
        cells = [cell for cell in row.all("address") if not values.is_nothing(cell.text)]
        return tuple(self._address(row, cell, i) for i, cell in enumerate(cells, 1))

    def tax_id(self, row: Row) -> str | None:
        """The tax id; an invalid one is kept and doubted, a lost leading zero is put back."""
        cell = row.first("tax_id")
        if cell is None or values.is_nothing(cell.text):
            return None
        written = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", cell.text))
        if is_tax_id(written):
            return written
        padded = written.zfill(_TAX_ID_LENGTH)
        if len(written) == _TAX_ID_LENGTH - 1 and is_tax_id(padded):
            self._doubts.add(DoubtCode.TAX_ID_ZERO, cell.place, cell.text, padded)
            return padded
        self._doubts.add(DoubtCode.TAX_ID_INVALID, cell.place, cell.text)
        return written

    def _phone(self, cell: Cell, part: str) -> PhoneNumber | None:
        parsed = parse_phone(part)
        if parsed is None and self._area_code:
            parsed = parse_phone(f"{self._area_code}-{part}")
            if parsed is not None:
                self._doubts.add(DoubtCode.AREA_CODE_ADDED, cell.place, part, parsed[0])
        if parsed is None:
            if not values.is_nothing(part):
                self._doubts.add(DoubtCode.PHONE_UNKNOWN, cell.place, part)
            return None
        digits, extension = parsed
        label = next((label for word, label in _LABELS.items() if word in cell.column), "")
        return PhoneNumber(digits=digits, label=label, extension=extension)

    def _with_extension(self, row: Row, phones: tuple[PhoneNumber, ...]) -> tuple[PhoneNumber, ...]:
        extension = re.sub(r"\D", "", unicodedata.normalize("NFKC", row.text("extension")))
        if not extension:
            return phones
        position = next(
            (i for i, p in enumerate(phones) if not p.digits.startswith("09") and not p.extension),
            None,
        )
        if position is None:
            return phones
        phone = phones[position]
        longer = PhoneNumber(digits=phone.digits, label=phone.label, extension=extension)
        return (*phones[:position], longer, *phones[position + 1 :])

    def _address(self, row: Row, cell: Cell, position: int) -> DeliveryAddress:
        text = " ".join(cell.text.split())
        leading = _POSTAL_CODE.match(unicodedata.normalize("NFKC", text))
        if leading:
            text = text[leading.end() :].strip()
        text = self._with_county(row, text)
        return DeliveryAddress(
            address_id=position,
            address_type="01",
            full_address=text,
            postal_code=self._postal_code(row, leading, position),
            zone=self._zone_of(row, cell, text),
            is_default=position == 1,
        )

    def _with_county(self, row: Row, text: str) -> str:
        """The address with county and district from their own columns, if it lacks them."""
        if split_address(text).county:
            return text
        district = row.text("district")
        county = row.text("county")
        return county + ("" if district and text.startswith(district) else district) + text

    def _postal_code(self, row: Row, leading: re.Match[str] | None, position: int) -> str:
        cell = row.first("postal_code") if position == 1 else None
        if cell is None:
            return leading[1] if leading else ""
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", cell.text))
        if len(digits) in _POSTAL_LENGTHS:
            return digits
        self._doubts.add(DoubtCode.POSTAL_CODE, cell.place, cell.text)
        return ""

    def _zone_of(self, row: Row, cell: Cell, text: str) -> Zone:
        said = row.first("zone")
        if said is not None:
            zone = values.zone(said.text)
            if zone is not None:
                return zone
        found = zone_of(text)
        if said is not None:
            self._doubts.add(DoubtCode.WORD, said.place, said.text, found or self._zone)
        elif found is None:
            self._doubts.add(DoubtCode.NO_COUNTY, cell.place, cell.text, self._zone)
        return found or self._zone
