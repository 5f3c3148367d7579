"""The rules of ordering that look at a draft before its price. See docs/rules/orders.md."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain

from app.domain.catalogue import PriceBook, Product, ShopParameters
from app.domain.customers import Customer, CustomerStatus
from app.domain.hours import (
    TAIPEI,
    business_date,
    cutoff,
    earliest_delivery,
    is_open_at,
    is_open_day,
    is_served,
    last_call,
    latest_delivery,
)
from app.domain.orders import (
    DraftLine,
    InvoiceType,
    OrderDraft,
    PaymentMethod,
    Priority,
    TimeSlot,
)
from app.domain.tax import is_tax_id
from app.domain.violations import Field, Rule, Severity, Violation


def broken_rules(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> Iterator[Violation]:
    """Every rule the draft breaks, except those about its total; see `pricing.quote`."""
    return chain(
        _customer_rules(draft, customer),
        _address_rules(draft, customer, book),
        _line_rules(draft, customer, book, business_date(now)),
        _delivery_rules(draft, book.parameters, now),
        _empties_rules(draft, book),
        _payment_rules(draft, customer),
    )


def _customer_rules(draft: OrderDraft, customer: Customer) -> Iterator[Violation]:
    if customer.status is CustomerStatus.INACTIVE:
        yield Violation(Field.CUSTOMER, Rule.CUSTOMER_INACTIVE, {"name": customer.name})
    if not draft.contact_phone and not customer.phones:
        yield Violation(Field.CUSTOMER, Rule.PHONE_MISSING, severity=Severity.ADVISES)


def _address_rules(draft: OrderDraft, customer: Customer, book: PriceBook) -> Iterator[Violation]:
    address = customer.address(draft.address_id)
    if draft.address_id is None:
        yield Violation(Field.ADDRESS, Rule.ADDRESS_MISSING)
    elif address is None:
        yield Violation(Field.ADDRESS, Rule.ADDRESS_UNKNOWN, {"address": str(draft.address_id)})
    elif address.zone not in book.zone_fees:
        values = {"zone": address.zone.value}
        yield Violation(Field.ADDRESS, Rule.ZONE_FEE_MISSING, values, Severity.ADVISES)


def _line_rules(
    draft: OrderDraft, customer: Customer, book: PriceBook, day: date
) -> Iterator[Violation]:
    if not draft.lines:
        yield Violation(Field.LINES, Rule.LINES_MISSING)
    seen: set[str] = set()
    for line in draft.lines:
        product = book.products.get(line.product_id)
        if product is None:
            yield Violation(Field.LINES, Rule.PRODUCT_UNKNOWN, {"product": line.product_id})
            continue
        values = {"product": product.name}
        if line.product_id in seen:
            yield Violation(Field.LINES, Rule.PRODUCT_REPEATED, values)
        seen.add(line.product_id)
        if not product.active:
            yield Violation(Field.LINES, Rule.PRODUCT_INACTIVE, values)
        if (
            book.standard_price(line.product_id, day) is None
            and customer.special_price(line.product_id, day) is None
        ):
            yield Violation(Field.LINES, Rule.PRICE_MISSING, values)
        yield from _quantity_rules(line, product)


def _quantity_rules(line: DraftLine, product: Product) -> Iterator[Violation]:
    values = {"product": product.name, "quantity": str(line.quantity)}
    if line.quantity < 1:
        yield Violation(Field.LINES, Rule.QUANTITY_INVALID, values)
    if product.track_inventory and line.quantity > product.available:
        values |= {"available": str(product.available)}
        yield Violation(Field.LINES, Rule.STOCK_SHORT, values, Severity.ADVISES)


def _delivery_rules(
    draft: OrderDraft, parameters: ShopParameters, now: datetime
) -> Iterator[Violation]:
    today, day = business_date(now), draft.delivery_date
    latest = latest_delivery(now, parameters)
    if day < today:
        values = {"date": day.isoformat()} | _offer(draft, parameters, now)
        yield Violation(Field.DATE, Rule.DATE_PAST, values)
    elif day > latest:
        values = {"latest": latest.isoformat(), "days": str(parameters.advance_booking_days)}
        yield Violation(Field.DATE, Rule.DATE_TOO_FAR, values)
    elif not is_open_day(day, parameters):
        values = {"date": day.isoformat()} | _offer(draft, parameters, now)
        yield Violation(Field.DATE, Rule.DATE_CLOSED, values)
    elif draft.priority is Priority.NORMAL and day == today and now > cutoff(day, parameters):
        values = {"cutoff": f"{parameters.same_day_cutoff:%H:%M}"}
        values |= _offer(draft, parameters, now)
        yield Violation(Field.DATE, Rule.CUTOFF_PASSED, values)
    else:
        yield from _slot_rules(draft, parameters, now)
    if not is_open_at(now, parameters):
        values = {"time": f"{now.astimezone(TAIPEI):%H:%M}"}
        yield Violation(Field.DATE, Rule.OUTSIDE_HOURS, values, Severity.ADVISES)


def _slot_rules(
    draft: OrderDraft, parameters: ShopParameters, now: datetime
) -> Iterator[Violation]:
    day, slot = draft.delivery_date, draft.slot
    if not is_served(day, slot, parameters):
        served = [other.value for other in TimeSlot if is_served(day, other, parameters)]
        values = {"slot": slot.value, "date": day.isoformat(), "served": ",".join(served)}
        yield Violation(Field.SLOT, Rule.SLOT_NOT_SERVED, values)
    elif now > (limit := last_call(day, slot, parameters, draft.priority)):
        values = {"slot": slot.value, "until": f"{limit:%H:%M}"}
        yield Violation(Field.SLOT, Rule.SLOT_BEGUN, values | _offer(draft, parameters, now))


def _offer(draft: OrderDraft, parameters: ShopParameters, now: datetime) -> dict[str, str]:
    """What may be promised instead, so that no screen has to work it out again."""
    day, slot = earliest_delivery(now, parameters, draft.priority)
    return {"earliest_date": day.isoformat(), "earliest_slot": slot.value}


def _empties_rules(draft: OrderDraft, book: PriceBook) -> Iterator[Violation]:
    for line in draft.lines:
        product = book.products.get(line.product_id)
        if product is None:
            continue
        values = {"product": product.name}
        if line.empties < 0 or line.deposits < 0:
            yield Violation(Field.EMPTIES, Rule.EMPTIES_INVALID, values)
        elif not product.requires_empty_return and line.empties + line.deposits > 0:
            yield Violation(Field.EMPTIES, Rule.EMPTIES_NOT_TAKEN, values)
        elif line.empties + line.deposits > line.quantity:
            values |= {"quantity": str(line.quantity)}
            yield Violation(Field.EMPTIES, Rule.EMPTIES_EXCEED_QUANTITY, values)
        yield from _residual_rules(line, product, book.parameters)


def _residual_rules(
    line: DraftLine, product: Product, parameters: ShopParameters
) -> Iterator[Violation]:
    most = max(line.empties, 0) * product.weight_kg
    if not 0 <= line.residual_kg <= most:
        values = {"product": product.name, "most_kg": str(most)}
        yield Violation(Field.EMPTIES, Rule.RESIDUAL_INVALID, values)
    elif line.residual_kg and not parameters.residual_price_per_kg:
        yield Violation(Field.EMPTIES, Rule.RESIDUAL_PRICE_MISSING, severity=Severity.ADVISES)


def _payment_rules(draft: OrderDraft, customer: Customer) -> Iterator[Violation]:
    if draft.payment is PaymentMethod.MONTHLY and not customer.has_account:
        yield Violation(Field.PAYMENT, Rule.ACCOUNT_MISSING, {"name": customer.name})
    if draft.invoice_type is InvoiceType.TRIPLICATE:
        tax_id = draft.tax_id or customer.tax_id or ""
        if not tax_id:
            yield Violation(Field.INVOICE, Rule.TAX_ID_MISSING)
        elif not is_tax_id(tax_id):
            yield Violation(Field.INVOICE, Rule.TAX_ID_INVALID, {"tax_id": tax_id})
