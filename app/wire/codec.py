"""Messages to bytes and back; the only place that knows how JSON is written.

Money and coordinates are JSON numbers (`Decimal`, never a float); instants carry a zone.
"""

from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, TypeVar, cast

import msgspec

M = TypeVar("M")
# A moment without a zone is refused: nobody could say when it was.
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
_ENCODER = msgspec.json.Encoder(decimal_format="number", order="deterministic")


class MalformedMessage(ValueError):
    """The bytes are not the message they should be; the text says where and why."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One JSON body; subclasses repeat `frozen=True, kw_only=True`, which is not inherited.

    Unknown fields are ignored, so that additions do not break older readers.
    """


def encode(message: Any) -> bytes:
    """Canonical bytes: the same message always gives the same bytes."""
    return _ENCODER.encode(message)


def decode(kind: type[M], body: bytes | str) -> M:
    """Read a message strictly: no guessing of types; only an amount may also come as text."""
    try:
        return cast(M, _decoder(cast(Any, kind)).decode(body))
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise MalformedMessage(str(error)) from error


def convert(kind: type[M], plain: Any) -> M:
    """Read a message from plain dicts and lists that were decoded before."""
    try:
        return msgspec.convert(plain, type=kind)
    except msgspec.ValidationError as error:
        raise MalformedMessage(str(error)) from error


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """Numbers with a point stay `Decimal` in untyped parts, too (`Change.d`, `Envelope.data`)."""
    return msgspec.json.Decoder(kind, float_hook=Decimal)
