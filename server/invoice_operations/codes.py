"""The codes of an invoice: drawn random codes, the AES text, and what the QR codes say."""

import base64
import secrets
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from app.domain.invoices import CodedInvoice, CodedItem, price_with_tax
from app.domain.money import whole
from app.wire.invoices import InvoiceRequest
from server.invoice_operations.checking import buyer_of

# Fixed by the authority's specification, the same for every seller.
_VECTOR = base64.b64decode("Dt8lyToo17X/XkXaQvihuA==")


@dataclass(frozen=True, slots=True)
class Assigned:
    """The number that an invoice got, when, and whose number it is."""

    number: str
    day: date
    random_code: str
    seller_tax_id: str


def draw_random_code() -> str:
    """Four digits that nobody can foresee."""
    return f"{secrets.randbelow(10_000):04}"


def cipher_of(key: bytes, number: str, random_code: str) -> str:
    """The 24 characters that prove the seller: AES-128-CBC of number and random code."""
    padder = PKCS7(128).padder()
    padded = padder.update(f"{number}{random_code}".encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(_VECTOR)).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def coded_items(request: InvoiceRequest) -> tuple[CodedItem, ...]:
    """The items as the codes show them: to a business before tax, to a consumer with it."""
    quoted_with_tax = whole(sum((x.amount for x in request.items), Decimal(0))) != request.subtotal
    adds_tax = not buyer_of(request) and not quoted_with_tax
    return tuple(
        CodedItem(
            item.description.strip(),
            item.quantity,
            price_with_tax(item.unit_price) if adds_tax else item.unit_price,
        )
        for item in request.items
    )


def coded(request: InvoiceRequest, assigned: Assigned, key: bytes | None) -> CodedInvoice:
    """What the codes of a numbered invoice say; without a key its `cipher` is empty."""
    return CodedInvoice(
        number=assigned.number,
        day=assigned.day,
        random_code=assigned.random_code,
        sales=request.subtotal,
        total=request.total_amount,
        buyer=buyer_of(request),
        seller=assigned.seller_tax_id,
        cipher=cipher_of(key, assigned.number, assigned.random_code) if key else "",
        items=coded_items(request),
    )
