"""Closed word lists of the wire that no rule of the domain needs."""

from enum import StrEnum


class CreditOperation(StrEnum):
    """Operations of the credit ledger."""

    RESERVE = "RESERVE"
    RELEASE = "RELEASE"
    USE = "USE"


class HoldStatus(StrEnum):
    """Whether a credit hold begins or ends."""

    ACTIVE = "ACTIVE"
    RELEASED = "RELEASED"


class StockOperation(StrEnum):
    """What an order does to stock (addition)."""

    RESERVE = "RESERVE"
    RELEASE = "RELEASE"
    CONSUME = "CONSUME"


class StockMovementKind(StrEnum):
    """What the warehouse does to stock (addition): pieces that came or went, or a count."""

    RECEIPT = "RECEIPT"
    COUNT = "COUNT"


class CacheType(StrEnum):
    """What `POST /internal/cache/invalidate` names."""

    PRODUCTS = "PRODUCTS"
    PRICES = "PRICES"
    PARAMETERS = "PARAMETERS"


class DispatchStatus(StrEnum):
    """How far a delivery is; `DRIVER_ASSIGNED`, as the spec's sample has it, reads as ASSIGNED."""

    ASSIGNED = "ASSIGNED"
    EN_ROUTE = "EN_ROUTE"
    ARRIVED = "ARRIVED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"

    @classmethod
    def _missing_(cls, value: object) -> "DispatchStatus | None":
        return cls.ASSIGNED if value == "DRIVER_ASSIGNED" else None


class SubmissionStatus(StrEnum):
    """How far an invoice is with the tax authority's platform."""

    PENDING = "PENDING"
    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


class PaymentStatus(StrEnum):
    """How much of an order has been paid."""

    UNPAID = "UNPAID"
    PARTIAL = "PARTIAL"
    PAID = "PAID"
    OVERDUE = "OVERDUE"


class MetricType(StrEnum):
    """What a row of the real-time metrics feed counts; only the first is the spec's."""

    ORDER_CREATED = "ORDER_CREATED"
    ORDER_COMPLETED = "ORDER_COMPLETED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    ORDER_FAILED = "ORDER_FAILED"


class IntegrationStatus(StrEnum):
    """How an integration is doing; `unhealthy` (no answer, breaker open) is an addition."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"
