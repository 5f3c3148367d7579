"""Products from files, with next month's prices."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.wire.catalogue import ProductBody
from app.wire.codec import encode
from server.importing.doubts import DoubtCode
from server.importing.merging import priced_on
from server.importing.products import read_products
from server.importing.results import ImportResult

SAMPLES = Path(__file__).parents[3] / "resources" / "sample_shop"
Read = Callable[[str], ImportResult[ProductBody]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_text(text: str) -> ImportResult[ProductBody]:
        path = tmp_path / "products.csv"
        path.write_text(text, encoding="utf-8")
        return read_products(path)

    return read_text


def test_the_sample_files_are_read_without_doubt_and_say_the_same() -> None:
    one, two = (read_products(SAMPLES / f"import_products.{e}") for e in ("csv", "xlsx"))
    assert one.doubts == two.doubts == ()
    assert [encode(body) for body in one.rows] == [encode(body) for body in two.rows]
    first = one.rows[0]
    assert (first.product_id, first.product_size, first.weight_kg) == ("P001", "20KG", 20)
    assert (first.standard_price, first.deposit_amount) == (Decimal("850.00"), Decimal("1500.00"))
    assert first.upcoming_prices[0].effective_from == date(2026, 8, 1)
    assert first.requires_empty_return
    assert first.active


def test_the_size_may_stand_in_the_name(read: Read) -> None:
    (body,) = read("品號,品名,單價\nP9,家用16公斤桶裝瓦斯,690\n").rows
    assert (body.product_size, body.weight_kg) == ("16KG", 16)


def test_an_accessory_has_no_weight_and_no_empty(read: Read) -> None:
    result = read("品號,品名,單價,庫存\nR1,調整器,350,12\n")
    (body,) = result.rows
    assert (body.weight_kg, body.requires_empty_return, body.available_quantity) == (0, False, 12)
    assert [d.code for d in result.doubts] == [DoubtCode.NO_SIZE]


def test_a_product_without_price_is_kept_but_not_sold(read: Read) -> None:
    result = read("品號,品名,規格,單價\nP9,10kg 桶,10KG,面議\n")
    (body,) = result.rows
    assert not body.active
    assert {d.code for d in result.doubts} == {DoubtCode.AMOUNT_OF_PRODUCT, DoubtCode.NO_PRICE}


def test_rows_that_can_not_be_used_are_listed(read: Read) -> None:
    result = read("品號,品名,規格,單價\nP9,,,850\nP1,甲,20KG,850\nP1,乙,16KG,700\n")
    assert [b.product_name for b in result.rows] == ["甲"]
    assert [d.code for d in result.doubts] == [DoubtCode.ROW_UNUSABLE, DoubtCode.PRODUCT_AGAIN]


def test_a_new_price_needs_its_day(read: Read) -> None:
    result = read("品號,品名,規格,單價,新單價,生效日\nP1,甲,20KG,850,870,月初\n")
    assert result.rows[0].upcoming_prices == ()
    assert [d.code for d in result.doubts] == [DoubtCode.NO_DATE]


def test_an_old_file_does_not_bring_last_months_price_back(read: Read) -> None:
    (body,) = read("品號,品名,規格,單價,新單價,生效日\nP1,甲,20KG,850,870,115/08/01\n").rows
    assert priced_on(body, date(2026, 7, 31)) == body
    later = priced_on(body, date(2026, 8, 1))
    assert (later.standard_price, later.upcoming_prices) == (Decimal("870.00"), ())
