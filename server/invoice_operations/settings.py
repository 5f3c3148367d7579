"""What a shop sets for its invoices: the AES key, which is a secret, and where papers are found."""

import asyncio
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from server.operation.secrets import Secrets

AES_KEY = "EINVOICE_AES_KEY"
PDF_URL = "LUCKYGAS_INVOICE_PDF_URL"
_KEY = re.compile(r"[0-9A-Fa-f]{32}")


@dataclass(frozen=True, slots=True)
class InvoiceSettings:
    """`key` is the 16 bytes that the authority's platform knows; None says why in `key_problem`."""

    key: bytes | None = None
    key_problem: str = ""
    pdf_base: str = ""

    def pdf_url(self, number: str, day: date) -> str:
        """Where the invoice's paper is to be found; empty when the shop publishes none."""
        return f"{self.pdf_base}/{day:%Y/%m}/{number}.pdf" if self.pdf_base else ""


def papers(environment: Mapping[str, str] = os.environ) -> InvoiceSettings:
    """Where papers are found; for whoever needs no key."""
    return InvoiceSettings(pdf_base=environment.get(PDF_URL, "").rstrip("/"))


async def papers_and_key(secrets: Secrets) -> InvoiceSettings:
    """The same with the secret `EINVOICE_AES_KEY`, looked for anew each time: no restart needed.

    One that others can read, or that is not 32 hexadecimal digits, counts as none.
    """
    try:
        text = await asyncio.to_thread(secrets.find, AES_KEY)
    except OSError as error:
        return replace(papers(), key_problem=str(error))
    if text is None:
        missing = f"The secret {AES_KEY} is not set: luckygas-server secrets set {AES_KEY}"
        return replace(papers(), key_problem=missing)
    if _KEY.fullmatch(text.strip()) is None:
        return replace(papers(), key_problem=f"{AES_KEY} is no key: 32 hexadecimal digits.")
    return replace(papers(), key=bytes.fromhex(text.strip()))
