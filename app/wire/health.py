"""Health of the server and of its integrations (spec, integration monitoring)."""

from decimal import Decimal

from app.wire.codec import Instant, Message
from app.wire.enums import IntegrationStatus


class IntegrationState(Message, frozen=True, kw_only=True, omit_defaults=True):
    """One integration: latest latency, share of answered requests (0 to 1), what ails it."""

    status: IntegrationStatus
    latency_ms: int
    success_rate: Decimal
    error: str = ""


class IntegrationHealth(Message, frozen=True, kw_only=True):
    """`GET /internal/health/integrations`."""

    timestamp: Instant
    integrations: dict[str, IntegrationState]


class ServerHealth(Message, frozen=True, kw_only=True):
    """`GET /v1/health` (addition): the server lives, and how far its feed is."""

    status: str
    epoch: int
    head: int
    server_time: Instant
