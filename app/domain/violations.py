"""What a rule says when it is broken; shown beside the field, never a dead end.

See docs/rules/orders.md for every code with its field, severity and values.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """Which part of the draft a violation belongs to (the blocks of the order desk)."""

    CUSTOMER = "customer"
    ADDRESS = "address"
    LINES = "lines"
    DATE = "date"
    SLOT = "slot"
    EMPTIES = "empties"
    PAYMENT = "payment"
    INVOICE = "invoice"


class Severity(StrEnum):
    """BLOCKS prevents saving; ADVISES is shown and lets the order through."""

    BLOCKS = "blocks"
    ADVISES = "advises"


class Rule(StrEnum):
    """The stable code of every rule of ordering; screens translate by it."""

    CUSTOMER_INACTIVE = "CUSTOMER_INACTIVE"
    PHONE_MISSING = "PHONE_MISSING"
    ADDRESS_MISSING = "ADDRESS_MISSING"
    ADDRESS_UNKNOWN = "ADDRESS_UNKNOWN"
    ZONE_FEE_MISSING = "ZONE_FEE_MISSING"
    LINES_MISSING = "LINES_MISSING"
    PRODUCT_UNKNOWN = "PRODUCT_UNKNOWN"
    PRODUCT_INACTIVE = "PRODUCT_INACTIVE"
    PRODUCT_REPEATED = "PRODUCT_REPEATED"
    PRICE_MISSING = "PRICE_MISSING"
    QUANTITY_INVALID = "QUANTITY_INVALID"
    STOCK_SHORT = "STOCK_SHORT"
    MINIMUM_ORDER_VALUE = "MINIMUM_ORDER_VALUE"
    EMPTIES_INVALID = "EMPTIES_INVALID"
    EMPTIES_EXCEED_QUANTITY = "EMPTIES_EXCEED_QUANTITY"
    EMPTIES_NOT_TAKEN = "EMPTIES_NOT_TAKEN"
    RESIDUAL_INVALID = "RESIDUAL_INVALID"
    RESIDUAL_PRICE_MISSING = "RESIDUAL_PRICE_MISSING"
    RESIDUAL_EXCEEDS_ORDER = "RESIDUAL_EXCEEDS_ORDER"
    DATE_PAST = "DATE_PAST"
    DATE_CLOSED = "DATE_CLOSED"
    DATE_TOO_FAR = "DATE_TOO_FAR"
    CUTOFF_PASSED = "CUTOFF_PASSED"
    OUTSIDE_HOURS = "OUTSIDE_HOURS"
    SLOT_NOT_SERVED = "SLOT_NOT_SERVED"
    SLOT_BEGUN = "SLOT_BEGUN"
    ACCOUNT_MISSING = "ACCOUNT_MISSING"
    TAX_ID_MISSING = "TAX_ID_MISSING"
    TAX_ID_INVALID = "TAX_ID_INVALID"
    SUPERVISOR_IS_CLERK = "SUPERVISOR_IS_CLERK"
    CREDIT_NOT_OVERRIDABLE = "CREDIT_NOT_OVERRIDABLE"
    CUSTOMER_UNKNOWN = "CUSTOMER_UNKNOWN"
    ORDER_UNKNOWN = "ORDER_UNKNOWN"
    CANCELLATION_NOT_POSSIBLE = "CANCELLATION_NOT_POSSIBLE"
    CANCELLATION_NEEDS_SUPERVISOR = "CANCELLATION_NEEDS_SUPERVISOR"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: a stable code, the values its sentence needs, and where it belongs.

    `code` is a `Rule` for every rule of the domain; a desk may add codes of its own.
    """

    field: Field
    code: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    severity: Severity = Severity.BLOCKS


class RuleViolation(Exception):
    """Raised by a desk when an action breaks rules; carries every violation."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__(", ".join(v.code for v in violations))
        self.violations = violations
