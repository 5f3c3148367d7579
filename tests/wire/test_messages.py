"""Whatever a message holds, it comes back from the wire as it was."""

import importlib
import pkgutil
import types
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import app.wire
from app.wire.codec import Message, decode, encode

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(-(2**53), 2**53),
    bool: st.booleans(),
    Decimal: st.integers(-(10**11), 10**11).map(lambda cents: Decimal(cents).scaleb(-2)),
    date: st.dates(),
    time: st.times(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    UUID: st.uuids(),
    type(None): st.none(),
    Any: st.dictionaries(st.text(max_size=5), st.integers(0, 9) | st.text(max_size=5)),
    msgspec.Raw: st.just(msgspec.Raw(b'{"a":1}')),
}


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of an annotation, as deep as it goes."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if get_origin(kind) is not None:
        return _parts_of(get_origin(kind), get_args(kind))
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    fields = msgspec.structs.fields(kind)
    return st.builds(kind, **{field.name: values_of(field.type) for field in fields})


def _parts_of(origin: Any, arguments: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin is tuple:
        return st.lists(values_of(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(values_of(arguments[0]), values_of(arguments[1]), max_size=3)
    if origin in {Union, types.UnionType}:
        return st.one_of([values_of(argument) for argument in arguments])
    return values_of(arguments[0])  # Annotated


def all_messages() -> list[type[Message]]:
    for module in pkgutil.iter_modules(app.wire.__path__):
        importlib.import_module(f"app.wire.{module.name}")
    return sorted(Message.__subclasses__(), key=lambda kind: (kind.__module__, kind.__name__))


@pytest.mark.parametrize("kind", all_messages(), ids=lambda kind: kind.__name__)
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_a_message_survives_the_wire(kind: type[Message], data: st.DataObject) -> None:
    message = data.draw(values_of(kind))
    body = encode(message)
    assert encode(decode(kind, body)) == body


@pytest.mark.parametrize("kind", all_messages(), ids=lambda kind: kind.__name__)
def test_every_message_is_frozen_and_documented(kind: type[Message]) -> None:
    assert kind.__struct_config__.frozen
    assert kind.__doc__
