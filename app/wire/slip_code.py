"""The order inside the QR code of its slip, so that paper can bring a lost order back.

`LG1:` and base 45 (RFC 9285, the QR alphabet of 45 signs) of a deflated array of the order's
values in the order of `_ORDER` and `_LINE`. A later version appends names; it never moves one.
"""

import zlib
from typing import Any

import msgspec

from app.wire.codec import MalformedMessage, convert
from app.wire.orders import CreditEvidence, OrderBody, OrderLineBody

PREFIX = "LG1:"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_DIGIT = {sign: value for value, sign in enumerate(_ALPHABET)}
_LARGEST = 64 * 1024
_ORDER = (
    *("order_uid", "order_id", "revision", "status", "customer_id", "customer_name"),
    *("contact_phone", "address_id", "delivery_address", "zone", "order_date", "delivery_date"),
    *("time_slot", "priority", "payment_method", "invoice_type", "tax_id", "note", "lines"),
    *("goods", "tax", "delivery_fee", "deposits", "residual_credit", "payable"),
    *("invoice_sales", "invoice_tax", "price_version", "credit", "clerk", "taken_at"),
)
_LINE = (
    *("product_id", "description", "quantity", "unit_price", "amount", "empties", "deposits"),
    *("deposit_amount", "residual_kg", "residual_credit", "weight_kg", "owed"),
)
_CREDIT = ("outcome", "source", "available", "age_seconds", "override_by")
# Words that most orders hold, the likeliest last: deflate then refers to them instead.
_DICTIONARY = (
    "EVENING REMOTE SOUTH CENTRAL ONLINE COD PROVISIONAL ALLOWANCE SUPERVISOR COPY LIVE HELD URGENT"
    "管理室按電鈴五段四段三段二段一段弄樓之巷號路街區縣高雄市臺南市臺中市桃園市新北市臺北市"
    "公斤瓦斯桶 10kg 16kg 50kg 20kg 瓦斯桶CYL-20KGTRIPLICATEMONTHLYNOT_NEEDEDAPPROVED"
    "DUPLICATECASHNORMALNORTHCONFIRMEDO-202609C000"
).encode()
_ENCODER = msgspec.msgpack.Encoder(uuid_format="bytes", decimal_format="string")


def slip_code(order: OrderBody) -> str:
    """The text of the code; `read_slip_code` gives the same order back."""
    values = _values(order, _ORDER)
    values[_ORDER.index("lines")] = [_values(line, _LINE) for line in order.lines]
    values[_ORDER.index("credit")] = _values(order.credit, _CREDIT)
    packer = zlib.compressobj(9, zlib.DEFLATED, 15, 9, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    return PREFIX + _base45(packer.compress(_ENCODER.encode(values)) + packer.flush())


def read_slip_code(text: str) -> OrderBody:
    """The order that a slip's code holds; `MalformedMessage` when it is none or is damaged."""
    if not text.startswith(PREFIX):
        raise MalformedMessage("not the code of an order slip")
    values = _unpacked(_from_base45(text.removeprefix(PREFIX)))
    order = _named(_ORDER, values)
    lines = order.get("lines")
    if not isinstance(lines, list):
        raise MalformedMessage("the code of the slip holds no lines")
    order["lines"] = [_named(_LINE, line) for line in lines]
    order["credit"] = _named(_CREDIT, order.get("credit"))
    return convert(OrderBody, order)


def _values(
    message: OrderBody | OrderLineBody | CreditEvidence, names: tuple[str, ...]
) -> list[Any]:
    return [getattr(message, name) for name in names]


def _named(names: tuple[str, ...], values: Any) -> dict[str, Any]:
    """Names to values; a code of an older version holds fewer values than there are names."""
    if not isinstance(values, list):
        raise MalformedMessage("the code of the slip has another form")
    return dict(zip(names, values, strict=False))


def _unpacked(packed: bytes) -> Any:
    unpacker = zlib.decompressobj(zdict=_DICTIONARY)
    try:
        plain = unpacker.decompress(packed, _LARGEST)
        if not unpacker.eof:
            raise MalformedMessage("the code of the slip is cut short")
        return msgspec.msgpack.decode(plain)
    except (zlib.error, msgspec.DecodeError) as error:
        raise MalformedMessage(f"the code of the slip is damaged: {error}") from error


def _base45(data: bytes) -> str:
    signs: list[str] = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair)
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, 45)
            signs.append(_ALPHABET[digit])
    return "".join(signs)


def _from_base45(text: str) -> bytes:
    data = bytearray()
    for start in range(0, len(text), 3):
        group = text[start : start + 3]
        try:
            number = sum(_DIGIT[sign] * 45**place for place, sign in enumerate(group))
            data += number.to_bytes(len(group) - 1)
        except (KeyError, OverflowError) as error:
            raise MalformedMessage("the code of the slip holds a wrong sign") from error
    return bytes(data)
