"""The code in the corner of a slip."""

import random

import msgspec

from app.printing.codes import order_modules
from app.wire.orders import OrderBody


def test_a_code_is_square_and_small_enough_for_a_telephone(
    every_order: tuple[OrderBody, ...],
) -> None:
    for order in every_order:
        modules = order_modules(order)
        assert {len(row) for row in modules} == {len(modules)}
        assert len(modules) <= 117


def test_an_order_too_long_for_a_code_is_named_by_it(order: OrderBody) -> None:
    noise = random.Random(7)
    note = "".join(chr(noise.randrange(0x4E00, 0x9FA5)) for _ in range(3000))
    assert len(order_modules(msgspec.structs.replace(order, note=note))) < 60
