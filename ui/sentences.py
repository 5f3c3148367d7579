"""What a broken rule says to the clerk: what is wrong, and what to do about it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.domain.customers import Zone
from app.domain.orders import TimeSlot
from app.domain.violations import Rule, Violation
from ui import figures, words

translate = QCoreApplication.translate

PROBLEMS = (
    QT_TRANSLATE_NOOP(
        "problems",
        "The disk is full or takes no more writes. Nothing was saved. "
        "Free some space and try again.",
    ),
    QT_TRANSLATE_NOOP(
        "problems",
        "The register's files are read-only. Give this user write permission and try again.",
    ),
    QT_TRANSLATE_NOOP(
        "problems",
        "Another program is holding the register's files. Close it (a backup or a second "
        "copy of this program) and try again.",
    ),
    QT_TRANSLATE_NOOP(
        "problems", "This counter has no register code yet. Sign in once with the office."
    ),
    QT_TRANSLATE_NOOP("problems", "Nobody is signed in. Sign in again; the draft is kept."),
    QT_TRANSLATE_NOOP(
        "problems",
        "The papers could not be written. The order is saved: make room in the documents folder "
        "and print it again.",
    ),
    QT_TRANSLATE_NOOP("problems", "the print system does not answer"),
    QT_TRANSLATE_NOOP("problems", "this machine has no lp"),
)


def sentence(violation: Violation) -> str:
    """The sentence of a violation in the present language; its bare code if it is not known."""
    template = _templates().get(violation.code, violation.code)
    return template.format_map(_said(violation.values))


def plain_problem(text: str) -> str:
    """A desk's plain English sentence in the present language, when it is a known one."""
    return translate("problems", text) if text in PROBLEMS else text


def known_rules() -> frozenset[str]:
    """The rules that have a sentence."""
    return frozenset(_templates())


def _templates() -> dict[str, str]:
    return {**_who_and_what(), **_when(), **_cylinders_and_payment(), **_actions()}


def _who_and_what() -> dict[str, str]:
    return {
        Rule.CUSTOMER_INACTIVE: translate(
            "sentences", "{name} is inactive: orders are not taken; ask a supervisor."
        ),
        Rule.PHONE_MISSING: translate("sentences", "No telephone number: ask for one."),
        Rule.ADDRESS_MISSING: translate("sentences", "Choose an address."),
        Rule.ADDRESS_UNKNOWN: translate(
            "sentences", "This address is no longer on file: choose another."
        ),
        Rule.ZONE_FEE_MISSING: translate(
            "sentences", "No delivery fee is set for {zone}; it counts as 0."
        ),
        Rule.LINES_MISSING: translate("sentences", "Nothing ordered yet: add a product."),
        Rule.PRODUCT_UNKNOWN: translate("sentences", "{product} is not in the price list."),
        Rule.PRODUCT_INACTIVE: translate("sentences", "{product} is no longer sold."),
        Rule.PRODUCT_REPEATED: translate("sentences", "{product} is on two lines: merge them."),
        Rule.PRICE_MISSING: translate("sentences", "{product} has no price for today."),
        Rule.QUANTITY_INVALID: translate("sentences", "{product}: at least 1."),
        Rule.STOCK_SHORT: translate(
            "sentences", "{product}: {quantity} ordered, {available} in stock."
        ),
        Rule.MINIMUM_ORDER_VALUE: translate(
            "sentences", "Goods of {goods} are below the minimum of {minimum}: {missing} missing."
        ),
    }


def _when() -> dict[str, str]:
    return {
        Rule.DATE_PAST: translate("sentences", "That day is over. Earliest: {earliest}."),
        Rule.DATE_TOO_FAR: translate("sentences", "Bookings reach {days} days ahead, to {latest}."),
        Rule.DATE_CLOSED: translate("sentences", "Closed on {date}. Earliest: {earliest}."),
        Rule.CUTOFF_PASSED: translate(
            "sentences", "Same-day orders end at {cutoff}: choose {earliest}, or urgent."
        ),
        Rule.OUTSIDE_HOURS: translate("sentences", "The counter is closed at {time}."),
        Rule.SLOT_NOT_SERVED: translate(
            "sentences", "No deliveries in the {slot} on {date}: choose {served}."
        ),
        Rule.SLOT_BEGUN: translate(
            "sentences", "{slot} could be booked until {until}. Earliest: {earliest}."
        ),
    }


def _cylinders_and_payment() -> dict[str, str]:
    return {
        Rule.EMPTIES_INVALID: translate("sentences", "{product}: not less than 0."),
        Rule.EMPTIES_EXCEED_QUANTITY: translate(
            "sentences", "{product}: empties and deposits are more than the {quantity} ordered."
        ),
        Rule.EMPTIES_NOT_TAKEN: translate("sentences", "{product} has no cylinder to return."),
        Rule.RESIDUAL_INVALID: translate(
            "sentences", "{product}: residual gas is between 0 and {most_kg} kg."
        ),
        Rule.RESIDUAL_PRICE_MISSING: translate(
            "sentences", "No price per kilogram is set: residual gas counts as 0."
        ),
        Rule.RESIDUAL_EXCEEDS_ORDER: translate(
            "sentences", "Residual gas is worth more than the order: pay {refund} out at the till."
        ),
        Rule.ACCOUNT_MISSING: translate(
            "sentences", "{name} has no account: choose cash or payment on delivery."
        ),
        Rule.TAX_ID_MISSING: translate("sentences", "A business invoice needs a tax ID."),
        Rule.TAX_ID_INVALID: translate(
            "sentences", "Tax ID {tax_id} is not valid: check the 8 digits."
        ),
    }


def _actions() -> dict[str, str]:
    return {
        Rule.SUPERVISOR_IS_CLERK: translate(
            "sentences", "A supervisor must be a different person than the clerk."
        ),
        Rule.CREDIT_NOT_OVERRIDABLE: translate(
            "sentences", "This account can not be released at the counter."
        ),
        Rule.CUSTOMER_UNKNOWN: translate(
            "sentences", "This customer or the price list is not on this counter yet."
        ),
        Rule.ORDER_UNKNOWN: translate(
            "sentences", "This order was not taken at this counter: cancel it there."
        ),
        Rule.CANCELLATION_NOT_POSSIBLE: translate(
            "sentences", "This order can no longer be cancelled."
        ),
        Rule.CANCELLATION_NEEDS_SUPERVISOR: translate(
            "sentences", "Too late to cancel freely: a supervisor must cancel it."
        ),
    }


def _said(values: Mapping[str, str]) -> dict[str, str]:
    """The values as people say them: dates short, slots and zones by name, amounts grouped."""
    said = dict(values)
    for name in ("date", "latest", "earliest_date"):
        if name in said:
            day = date.fromisoformat(said[name])
            said[name] = f"{figures.short_date(day)} ({figures.weekday(day)})"
    for name in ("slot", "earliest_slot"):
        if name in said:
            said[name] = words.slot(TimeSlot(said[name]))
    for name in ("minimum", "goods", "missing", "refund"):
        if name in said:
            said[name] = figures.amount(Decimal(said[name]))
    if "zone" in said:
        said["zone"] = words.zone(Zone(said["zone"]))
    if "served" in said:
        served = [words.slot(TimeSlot(code)) for code in said["served"].split(",") if code]
        said["served"] = ", ".join(served) or translate("sentences", "another day")
    if "earliest_date" in said:
        said["earliest"] = f"{said['earliest_date']} {said.get('earliest_slot', '')}".strip()
    return said
