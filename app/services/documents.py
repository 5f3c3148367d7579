"""Paper: renders slips and invoices, keeps them as PDF and sends them to the printer."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PrintedDocuments:
    """The files of one order, and what became of printing. `problem` is empty when all is well."""

    order_uid: UUID
    files: tuple[Path, ...]
    printer: str
    problem: str = ""


class DocumentsDesk:
    """Prints orders; a failed print never undoes an order."""

    async def print_order(self, order_uid: UUID, *, reprint: bool = False) -> PrintedDocuments:
        """Render slip and statement (A4 and 57 mm), keep the PDFs, print if a printer is chosen."""
        raise NotImplementedError

    def files(self, order_uid: UUID) -> tuple[Path, ...]:
        """The PDFs that were kept for that order."""
        raise NotImplementedError

    def printers(self) -> tuple[str, ...]:
        """Names of the system's printers."""
        raise NotImplementedError

    @property
    def printer(self) -> str:
        """The chosen printer; empty for PDF files only."""
        raise NotImplementedError

    def use_printer(self, name: str) -> None:
        """Choose the printer of this counter."""
        raise NotImplementedError
