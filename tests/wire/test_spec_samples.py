"""Every JSON sample of the integration spec is read and written back as it stands there."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.wire import (
    accounts,
    catalogue,
    customers,
    dispatch,
    events,
    health,
    invoices,
    maps,
    payments,
    reports,
    sms,
)
from app.wire.codec import MalformedMessage, Message, decode, encode

SAMPLES = Path(__file__).parent / "samples"
KINDS: dict[str, type[Message]] = {
    "customer": customers.CustomerBody,
    "credit_update": customers.CreditUpdate,
    "customer_statistics": customers.CustomerStatistics,
    "credit_hold": customers.CreditHold,
    "products": catalogue.Products,
    "pricing_rules": catalogue.PricingRules,
    "parameters": catalogue.Parameters,
    "cache_invalidation": catalogue.CacheInvalidation,
    "dispatch_submission": dispatch.DispatchSubmission,
    "dispatch_assignment": dispatch.DispatchAssignment,
    "dispatch_status_update": dispatch.DispatchStatusUpdate,
    "routes": dispatch.Routes,
    "driver_location_updated": events.Notice,
    "delivery_status_changed": events.Notice,
    "invoice_request": invoices.InvoiceRequest,
    "invoice_cancellation": invoices.InvoiceCancellation,
    "invoice_generated": invoices.InvoiceGenerated,
    "receivable": accounts.Receivable,
    "payment_collection": accounts.PaymentCollection,
    "payment_status_update": accounts.PaymentStatusUpdate,
    "daily_orders": reports.DailyOrders,
    "metric": reports.Metric,
    "sms_order_confirmation": sms.SmsMessage,
    "sms_delivery_notice": sms.SmsMessage,
    "checkout_request": payments.CheckoutRequest,
    "payment_callback": payments.PaymentCallback,
    "geocode_answer": maps.GeocodeAnswer,
    "distance_answer": maps.DistanceAnswer,
    "integration_health": health.IntegrationHealth,
}
# Fields beyond the spec (documented at each class); everything else must be the sample's own.
ADDITIONS = {
    "customer": "$.phones $.nickname $.email $.note $.on_hold $.hold_reason $.overdue_amount"
    " $.days_overdue $.affected_orders $.as_of $.delivery_addresses.note"
    " $.special_prices.valid_from",
    "credit_update": "$.override_by $.reference $.revision",
    "daily_orders": "$.computed_at $.summary.deliveries_completed $.summary.deliveries_failed",
    "delivery_status_changed": "$.eph",
    "driver_location_updated": "$.eph",
    "integration_health": "$.alarms $.late_schedules",
    "invoice_generated": "$.revision",
    "invoice_request": "$.printed_number $.printed_on $.revision",
    "metric": "$.metric_id",
    "receivable": "$.revision",
    "products": "$.products.weight_kg $.products.price_since $.products.upcoming_prices",
    "dispatch_submission": "$.orders.customer_name $.orders.cash_due $.orders.revision"
    " $.orders.location",
    "dispatch_status_update": "$.dispatch_id $.vehicle_id $.route_sequence $.estimated_arrival"
    " $.empties $.residual_kg $.cash_collected",
    "routes": "$.routes.orders.trip $.routes.orders.state $.routes.orders.is_locked",
    "parameters": "$.calendar $.order_settings.prices_include_tax"
    " $.order_settings.invoice_delivery_fee $.order_settings.residual_price_per_kg"
    " $.order_settings.offline_allowance_order $.order_settings.offline_allowance_customer"
    " $.order_settings.offline_allowance_register",
}
NAMES = sorted(path.stem for path in SAMPLES.glob("*.json"))


def sample(name: str) -> str:
    return (SAMPLES / f"{name}.json").read_text("utf-8")


def exactly(text: str | bytes) -> Any:
    """JSON with each number as it was written: 850.00 is not 850.0."""
    return json.loads(text, parse_float=lambda n: f"#{n}", parse_int=lambda n: f"#{n}")


def pruned(value: Any, additions: set[str], path: str = "$") -> Any:
    """The value without the fields that the spec does not have."""
    if isinstance(value, dict):
        return {
            key: pruned(item, additions, f"{path}.{key}")
            for key, item in value.items()
            if f"{path}.{key}" not in additions
        }
    return [pruned(item, additions, path) for item in value] if isinstance(value, list) else value


def paths_to_values(value: Any, path: str = "$") -> list[str]:
    """The path of every single value, as the error messages write it."""
    if isinstance(value, dict):
        return [p for key, item in value.items() for p in paths_to_values(item, f"{path}.{key}")]
    if isinstance(value, list):
        return [p for item in value for p in paths_to_values(item, f"{path}[]")]
    return [path]


def test_each_sample_has_its_class() -> None:
    assert set(NAMES) == set(KINDS)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_comes_back_as_it_was(name: str) -> None:
    text = sample(name).replace('"DRIVER_ASSIGNED"', '"ASSIGNED"')
    written = exactly(encode(decode(KINDS[name], text)))
    assert pruned(written, set(ADDITIONS.get(name, "").split())) == exactly(text)


@pytest.mark.parametrize("name", NAMES)
def test_a_message_equals_its_own_copy(name: str) -> None:
    message = decode(KINDS[name], sample(name))
    assert decode(KINDS[name], encode(message)) == message


@pytest.mark.parametrize("name", NAMES)
def test_unknown_fields_are_ignored(name: str) -> None:
    plain = json.loads(sample(name), parse_float=Decimal)
    plain["from_the_future"] = {"a": [1, None, "b"]}
    extended = json.dumps(plain, default=float)
    assert decode(KINDS[name], extended) == decode(KINDS[name], sample(name))


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"distance_answer"}))
def test_a_missing_field_is_named(name: str) -> None:
    plain = json.loads(sample(name))
    first = next(iter(plain))
    del plain[first]
    with pytest.raises(MalformedMessage, match=f"missing required field `{first}`"):
        decode(KINDS[name], json.dumps(plain))


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_type_is_refused_wherever_it_stands(name: str) -> None:
    untyped = "$.data" if KINDS[name] is events.Notice else "no path"
    for path, broken in each_value_broken(json.loads(sample(name))):
        if not path.startswith(untyped):
            with pytest.raises(MalformedMessage, match=r"\$"):
                decode(KINDS[name], json.dumps(broken))


def each_value_broken(plain: Any) -> list[tuple[str, Any]]:
    """(path, copy of the sample with that single value replaced by a list of a list)."""
    text = json.dumps(plain)
    count = len(paths_to_values(plain))
    return [
        (path, _with_broken(json.loads(text), [index]))
        for index, path in zip(range(count), paths_to_values(plain), strict=True)
    ]


def _with_broken(value: Any, countdown: list[int]) -> Any:
    if isinstance(value, dict):
        return {key: _with_broken(item, countdown) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_broken(item, countdown) for item in value]
    countdown[0] -= 1
    return [[]] if countdown[0] == -1 else value


def test_the_error_names_the_path_to_the_mistake() -> None:
    text = sample("dispatch_submission").replace('"weight_kg": 40', '"weight_kg": "heavy"')
    with pytest.raises(MalformedMessage, match=r"\$\.orders\[0\]\.products\[0\]\.weight_kg"):
        decode(dispatch.DispatchSubmission, text)


def test_a_word_outside_the_list_is_refused() -> None:
    text = sample("credit_update").replace('"RESERVE"', '"BORROW"')
    with pytest.raises(MalformedMessage, match=r"BORROW.*\$\.operation"):
        decode(customers.CreditUpdate, text)


def test_driver_assigned_is_read_as_assigned() -> None:
    update = decode(dispatch.DispatchStatusUpdate, sample("dispatch_status_update"))
    assert encode(update.status) == b'"ASSIGNED"'


def test_the_data_of_an_event_has_a_type() -> None:
    notice = decode(events.Notice, sample("driver_location_updated"))
    data = events.event_data(notice.event, notice.data)
    assert isinstance(data, dispatch.DriverLocationUpdated)
    assert data.location.latitude == Decimal("25.0330")
    assert exactly(encode(data)) == exactly(sample("driver_location_updated"))["data"]
