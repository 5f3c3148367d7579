"""Special prices in a customer file: a column per product, or `P001:820、P003:1950` in one."""

import re
import unicodedata
from decimal import Decimal

from app.domain.money import unit_price
from app.wire.catalogue import ProductBody
from app.wire.customers import SpecialPrice
from server.importing import values
from server.importing.columns import Headers
from server.importing.doubts import DoubtCode, Doubts
from server.importing.rows import Cell, Row

_BETWEEN = re.compile(r"[、;；\n]|,(?=[^,]*[:：=])")
_PAIR = re.compile(r"(?P<product>[^:=]+?)\s*[:=]\s*(?P<price>.+)|(?P<id>\S+)\s+(?P<amount>\S+)")
_PRODUCT_ID = re.compile(r"[A-Z]{1,4}-?\d{2,}")


class SpecialPrices:
    """Reads the special prices of a row; products are known by id, or by size from the list."""

    def __init__(self, headers: Headers, products: tuple[ProductBody, ...], doubts: Doubts) -> None:
        self._headers = headers
        self._doubts = doubts
        self._ids = {product.product_id.upper(): product.product_id for product in products}
        self._sizes = {p.weight_kg: p.product_id for p in reversed(products) if p.weight_kg}

    def read(self, row: Row) -> tuple[tuple[SpecialPrice, ...], tuple[str, ...]]:
        """The special prices of a row, and the texts that are none (for the note)."""
        prices: dict[str, SpecialPrice] = {}
        unclear: list[str] = []
        for cell in row.all("special_price"):
            for name, price, text in self._entries(cell):
                product_id = self._product(name)
                if product_id and price is not None:
                    prices[product_id] = self._price(row, product_id, price)
                elif not values.is_nothing(text):
                    self._doubts.add(DoubtCode.SPECIAL_PRICE, cell.place, text)
                    unclear.append(f"{cell.column}：{text}")
        return tuple(prices.values()), tuple(unclear)

    def _entries(self, cell: Cell) -> list[tuple[str, Decimal | None, str]]:
        """(product as written, price, text) of every entry in a cell."""
        product = self._headers.product_in(cell.column)
        if product:
            return [(product, values.amount(cell.text), cell.text)]
        found = []
        for text in _BETWEEN.split(unicodedata.normalize("NFKC", cell.text)):
            pair = _PAIR.fullmatch(text.strip())
            name, price = (
                (pair["product"] or pair["id"], pair["price"] or pair["amount"])
                if (pair)
                else ("", text)
            )
            found.append((name, values.amount(price), text.strip()))
        return found

    def _product(self, name: str) -> str:
        written = unicodedata.normalize("NFKC", name).strip().upper()
        if written in self._ids:
            return self._ids[written]
        weight = values.kilograms(written)
        if weight is not None:
            return self._sizes.get(weight, "")
        return written if _PRODUCT_ID.fullmatch(written) and not self._ids else ""

    def _price(self, row: Row, product_id: str, price: Decimal) -> SpecialPrice:
        until = row.first("special_until")
        valid_until = values.day(until.text) if until else None
        if until and valid_until is None and not values.is_nothing(until.text):
            self._doubts.add(DoubtCode.DATE, until.place, until.text)
        return SpecialPrice(
            product_id=product_id, special_price=unit_price(price), valid_until=valid_until
        )
