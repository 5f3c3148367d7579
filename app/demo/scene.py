"""What the steps of a tour act on and look at."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication, QTableView
from sqlalchemy import select

from app.demo.evidence import NotAsExpected
from app.demo.eyes import sees
from app.demo.keyboard import Keyboard
from app.demo.office_process import OfficeProcess
from app.demo.report import Report
from app.demo.waiting import until
from app.domain.orders import PaymentMethod
from app.domain.pricing import Quote
from app.main import Opened
from app.services.customers import Standing
from local_db.reference import price_book
from local_db.reference_tables import customers, phones
from sync.gateways.phone_line import SimulatedLine

CALLERS_LOOKED_AT = 500
FIRST_CALLER_ID = "C000123"  # 王大明, the customer of the spec's samples


class Scene:
    """The open counter, the telephone, the office, and the keyboard in front of them."""

    def __init__(
        self, opened: Opened, line: SimulatedLine, office: OfficeProcess, report: Report
    ) -> None:
        self.window = opened.window
        self.counter = opened.counter
        self.desks = opened.counter.desks
        self.line = line
        self.office = office
        self.report = report
        self.keys = Keyboard(opened.window)
        self.bugs = opened.bugs

    def photograph(self, name: str) -> None:
        """Keep a picture of the window as it stands."""
        QApplication.sendPostedEvents()
        self.report.photograph(self.window, name)

    async def see(self, word: str, timeout_s: float = 5.0) -> float:
        """Wait until the window shows the word; the seconds that took."""
        return await until(lambda: sees(self.window, word), f"“{word}” on the screen", timeout_s)

    async def see_cell(self, word: str) -> float:
        """Wait until a visible table holds the word."""
        return await until(lambda: self._has_cell(word), f"“{word}” in a table", 5.0)

    async def quoted(self, quantity: int) -> Quote:
        """Wait until the draft has that many cylinders and its total is on the screen."""
        await until(lambda: self._drafted() == quantity, f"a draft of {quantity} cylinders", 5.0)
        order = self.desks.orders.resume()
        if order is None:
            raise NotAsExpected("there is no draft")
        quote = self.desks.orders.quote(order)
        await self.see(f"{quote.payable:,}")
        return quote

    def list_price(self, product_id: str) -> int:
        """Today's list price as the counter's copy has it, whole 元."""
        with self.counter.database.read() as session:
            book = price_book(session)
        price = book.standard_price(product_id, self.desks.orders.today()) if book else None
        return int(price or 0)

    def somebody(self, *, on_account: bool) -> str:
        """The number of a customer, not the first caller, whose usual order fits as it is."""
        for digits in self._numbers():
            hits = self.desks.customers.search(digits[-4:])
            if hits and self._fits(hits[0].customer_id, digits, on_account=on_account):
                return digits
        raise NotAsExpected("the sample shop has nobody else to ring")

    def keep_papers(self, files: tuple[Path, ...]) -> str:
        """Copy an order's PDFs beside the pictures; what they are."""
        sizes = []
        for file in files:
            if not file.read_bytes().startswith(b"%PDF"):
                raise NotAsExpected(f"{file.name} is not a PDF")
            shutil.copy(file, self.report.folder / file.name)
            sizes.append(f"{file.name} {file.stat().st_size // 1024} KB")
        return ", ".join(sizes)

    def _numbers(self) -> Sequence[str]:
        """Numbers of the customers who ordered last: search lists them first."""
        owners = phones.join(customers, phones.c.customer_id == customers.c.customer_id)
        newest = select(phones.c.digits).select_from(owners).order_by(customers.c.search_id.desc())
        with self.counter.database.read() as session:
            return session.scalars(newest.limit(CALLERS_LOOKED_AT)).all()

    def _fits(self, customer_id: str, digits: str, *, on_account: bool) -> bool:
        """Whether the number is that customer's alone and their preset order can be saved."""
        owners = self.desks.customers.by_phone(digits)
        if [owner.customer_id for owner in owners] != [customer_id]:
            return False
        if customer_id == FIRST_CALLER_ID:
            return False
        card = self.desks.customers.card(customer_id)
        order = self.desks.orders.start(customer_id)
        quote = self.desks.orders.quote(order)
        pays_monthly = order.draft.payment is PaymentMethod.MONTHLY
        if card is None or not quote.is_orderable or pays_monthly is not on_account:
            return False
        is_good = card.credit.standing is Standing.GOOD
        return not on_account or (is_good and card.credit.available > quote.payable)

    def _drafted(self) -> int:
        order = self.desks.orders.resume()
        return sum(line.quantity for line in order.draft.lines) if order else 0

    def _has_cell(self, word: str) -> bool:
        for table in self.window.findChildren(QTableView):
            model = table.model()
            if not table.isVisible() or model is None:
                continue
            for row in range(model.rowCount()):
                for column in range(model.columnCount()):
                    if word in str(model.index(row, column).data()):
                        return True
        return False
