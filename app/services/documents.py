"""Paper: renders slips and invoice statements, keeps them as PDF, sends them to the printer."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from app.services.clock import Clock
from app.services.preferences import PreferencesDesk
from app.services.session import lease_of
from app.wire.codec import decode
from app.wire.orders import OrderBody
from app.wire.registers import RegisterLease
from local_db.database import Database
from local_db.errors import StorageRefused
from local_db.tables import DocumentRow, OrderRow
from sync.gateways.printer import Printer, PrinterUnavailable

log = logging.getLogger(__name__)
NOT_WRITTEN = (
    "The papers could not be written. The order is saved: make room in the documents folder and "
    "print it again."
)
PRINTED_KIND = "slip-a4"  # what goes to the printer; the others are kept as files


@dataclass(frozen=True, slots=True)
class PrintedDocuments:
    """The files of one order, and what became of printing. `problem` is empty when all is well."""

    order_uid: UUID
    files: tuple[Path, ...]
    printer: str
    problem: str = ""


class DocumentsDesk:
    """Prints orders; a failed print never undoes an order."""

    def __init__(
        self,
        database: Database,
        preferences: PreferencesDesk,
        printer: Printer,
        folder: Path,
        clock: Clock,
    ) -> None:
        self._database = database
        self._clock = clock
        self._preferences = preferences
        self._printer = printer
        self._folder = folder

    async def print_order(self, order_uid: UUID, *, reprint: bool = False) -> PrintedDocuments:
        """Render slip and statement (A4 and 57 mm), keep the PDFs, print if a printer is chosen."""
        with self._database.read() as session:
            body = session.get_one(OrderRow, order_uid).body
            shop = lease_of(session)
        order = decode(OrderBody, body)
        assert shop is not None, "an order has a number, so the counter has a lease"
        try:
            files = await asyncio.to_thread(_render, order, shop, reprint, self._folder)
        except OSError as error:
            log.warning("the papers of %s were not written: %s", order.order_id, error)
            return PrintedDocuments(order_uid, (), self.printer, NOT_WRITTEN)
        problem = await self._send(files[PRINTED_KIND])
        self._remember(order_uid, files, is_printed=not problem)
        return PrintedDocuments(order_uid, tuple(files.values()), self.printer, problem)

    def files(self, order_uid: UUID) -> tuple[Path, ...]:
        """The PDFs that were kept for that order."""
        with self._database.read() as session:
            rows = session.scalars(select(DocumentRow).where(DocumentRow.order_uid == order_uid))
            return tuple(Path(row.path) for row in rows)

    async def printers(self) -> tuple[str, ...]:
        """Names of the system's printers; empty when there is no print system."""
        return tuple(printer.name for printer in await self._printer.list_printers())

    @property
    def printer(self) -> str:
        """The chosen printer; empty for PDF files only."""
        return self._preferences.get("printer", "")

    def use_printer(self, name: str) -> None:
        """Choose the printer of this counter."""
        self._preferences.set("printer", name)

    async def _send(self, file: Path) -> str:
        """Print one file; the answer is empty, or says why nothing was printed."""
        if not self.printer:
            return ""
        try:
            await self._printer.print_pdf(file, self.printer)
        except PrinterUnavailable as problem:
            return str(problem)
        return ""

    def _remember(self, order_uid: UUID, files: dict[str, Path], *, is_printed: bool) -> None:
        now = self._clock()
        try:
            with self._database.write() as session:
                for kind, path in files.items():
                    session.merge(
                        DocumentRow(order_uid=order_uid, kind=kind, path=str(path), printed_at=now)
                    )
                if is_printed:
                    session.get_one(OrderRow, order_uid).printed_at = now
        except StorageRefused as refused:  # the papers are there all the same
            log.warning("a print was not noted: %s", refused.code)


def _render(order: OrderBody, shop: RegisterLease, reprint: bool, folder: Path) -> dict[str, Path]:
    """Write every document of the order into the folder of its day; file by kind."""
    # imported late: reportlab costs more than the window itself
    from app.printing.invoice import invoice_57mm, invoice_a4
    from app.printing.order_slip import order_slip_57mm, order_slip_a4

    day = folder / order.order_date.isoformat()
    day.mkdir(parents=True, exist_ok=True)
    renderers = {
        "slip-a4": order_slip_a4,
        "slip-57mm": order_slip_57mm,
        "invoice-a4": invoice_a4,
        "invoice-57mm": invoice_57mm,
    }
    files = {}
    for kind, render in renderers.items():
        files[kind] = day / f"{order.order_id}-{kind}.pdf"
        _write(files[kind], render(order, shop, reprint=reprint))
    return files


def _write(path: Path, content: bytes) -> None:
    """All of the file or none of it; an earlier one stays until then."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_bytes(content)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
