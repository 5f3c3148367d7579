"""Each event name has its body, and each body its event."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.wire.codec import MalformedMessage, decode, encode
from app.wire.events import EVENT_DATA, CreditChanged, Envelope, EventName, StockLow, event_data
from app.wire.registers import Change, Entity


def test_every_event_name_has_a_body() -> None:
    assert set(EVENT_DATA) == set(EventName)
    assert len(set(EVENT_DATA.values())) == len(EventName)


def test_the_spec_reads_new_credit_and_available_quantity() -> None:
    assert "new_credit" in CreditChanged.__struct_fields__
    assert StockLow.__struct_fields__ == ("product_id", "available_quantity")


def test_an_envelope_carries_exact_figures_in_its_untyped_data() -> None:
    data = CreditChanged(
        customer_id="C000123",
        new_credit=Decimal("36165.00"),
        credit_limit=Decimal("50000.00"),
        credit_used=Decimal("13835.00"),
        on_hold=False,
        version=2,
    )
    change = Change(pos=9, tx_last=True, e=Entity.CREDIT, id="C000123", op="D", v=2)
    envelope = Envelope(
        epoch=1,
        pos=9,
        tx_last=True,
        id="1-9",
        event=EventName.CREDIT_CHANGED,
        occurred_at=datetime(2024, 1, 25, 6, 30, tzinfo=UTC),
        data=data,
        change=change,
    )
    received = decode(Envelope, encode(envelope))
    assert event_data(received.event, received.data) == data
    assert decode(Envelope, encode(received)) == received


def test_a_body_of_another_event_is_refused() -> None:
    with pytest.raises(MalformedMessage, match="product_id"):
        event_data(EventName.STOCK_LOW, {"customer_id": "C000123"})
