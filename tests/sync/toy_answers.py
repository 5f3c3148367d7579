"""Answers of the toy office, and the faults that befall them."""

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.wire.codec import encode
from app.wire.customers import CreditFigures
from app.wire.registers import Problem

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    digest: str | None = None
    cut: bool = False


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


Fault = Callable[[Answer], Awaitable[Answer]]


def now() -> datetime:
    return datetime.now(UTC)


def problem(status: int, code: str, message: str = "toy") -> Answer:
    return Answer(status, encode(Problem(code=code, detail=message)))


async def fail_afterwards(answer: Answer) -> Answer:
    """The office did its work, and then could not say so."""
    return problem(500, "INTERNAL")


async def truncate(answer: Answer) -> Answer:
    return Answer(answer.status, answer.body, cut=True)


async def corrupt(answer: Answer) -> Answer:
    return Answer(answer.status, answer.body + b" ", digest=digest_of(answer.body))


async def captive_portal(answer: Answer) -> Answer:
    return Answer(200, b"<html>Welcome to the hotel</html>", content_type="text/html")


async def never(answer: Answer) -> Answer:
    await asyncio.Event().wait()
    return answer


def digest_of(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def figures(customer_id: str, used: int = 100, version: int = 1) -> CreditFigures:
    return CreditFigures(
        customer_id=customer_id,
        credit_limit=Decimal(10000),
        credit_used=Decimal(used),
        credit_available=Decimal(10000 - used),
        on_hold=False,
        hold_reason="",
        overdue_amount=Decimal(0),
        days_overdue=0,
        version=version,
        as_of=now(),
    )


async def reply(answer: Answer, send: Send) -> None:
    headers = {
        "content-type": answer.content_type,
        "content-length": str(len(answer.body)),
        "content-digest": answer.digest or digest_of(answer.body),
        **answer.headers,
    }
    raw = [(k.encode(), v.encode()) for k, v in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    if answer.cut:
        await send({"type": "http.response.body", "body": answer.body[:-3], "more_body": True})
        raise ConnectionResetError("cut on purpose")
    await send({"type": "http.response.body", "body": answer.body})
