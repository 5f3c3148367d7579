"""What a rule says when it is broken; shown beside the field, never a dead end."""

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


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: a stable code, the values its sentence needs, and where it belongs."""

    field: Field
    code: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    severity: Severity = Severity.BLOCKS


class RuleViolation(Exception):
    """Raised by a desk when an action breaks rules; carries every violation."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__(", ".join(v.code for v in violations))
        self.violations = violations
