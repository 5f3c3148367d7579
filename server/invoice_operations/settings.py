"""What a shop sets for its invoices: the AES key as a secret file, and where papers are found."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.transport.private_files import require_private

KEY_FILE = "LUCKYGAS_EINVOICE_KEY_FILE"
PDF_URL = "LUCKYGAS_INVOICE_PDF_URL"
CREDENTIAL = "einvoice-aes-key"
_KEY = re.compile(r"[0-9A-Fa-f]{32}")


class BadKey(ValueError):
    """The key file holds something else than a key."""


@dataclass(frozen=True, slots=True)
class InvoiceSettings:
    """`key` is the 16 bytes that the authority's platform knows; None says why in `key_problem`."""

    key: bytes | None = None
    key_problem: str = "no key file is set"
    pdf_base: str = ""

    def pdf_url(self, number: str, day: date) -> str:
        """Where the invoice's paper is to be found; empty when the shop publishes none."""
        return f"{self.pdf_base}/{day:%Y/%m}/{number}.pdf" if self.pdf_base else ""


def settings_from(environment: Mapping[str, str] = os.environ) -> InvoiceSettings:
    """Read anew each time, so that a new key needs no restart.

    The key is 32 hex digits in the file that `LUCKYGAS_EINVOICE_KEY_FILE` names, or in systemd's
    credential `einvoice-aes-key`; a file that others can read is not used.
    """
    base = environment.get(PDF_URL, "").rstrip("/")
    path = _key_path(environment)
    if path is None:
        return InvoiceSettings(pdf_base=base)
    try:
        return InvoiceSettings(_read_key(path), "", base)
    except (OSError, BadKey) as error:
        return InvoiceSettings(None, str(error), base)


def _key_path(environment: Mapping[str, str]) -> Path | None:
    if environment.get(KEY_FILE):
        return Path(environment[KEY_FILE])
    credentials = environment.get("CREDENTIALS_DIRECTORY")
    path = Path(credentials) / CREDENTIAL if credentials else None
    return path if path is not None and path.exists() else None


def _read_key(path: Path) -> bytes:
    require_private(path)
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if _KEY.fullmatch(text) is None:
        raise BadKey(f"{path} holds no AES key: 32 hexadecimal digits, one line.")
    return bytes.fromhex(text)
