"""Health of the server and of its integrations (spec, integration monitoring)."""

from decimal import Decimal

from app.wire.codec import Instant, Message
from app.wire.enums import IntegrationStatus


class IntegrationState(Message, frozen=True, kw_only=True, omit_defaults=True):
    """One integration: median latency, share of answered requests (0 to 1), what ails it.

    Added to the spec's fields: position of the breaker, P50/P95/P99 in milliseconds, failures by
    type and requests per second of the last 5 minutes, calls that are owed and for how long.
    """

    status: IntegrationStatus
    latency_ms: int
    success_rate: Decimal
    error: str = ""
    breaker: str = ""
    p50_ms: Decimal | None = None
    p95_ms: Decimal | None = None
    p99_ms: Decimal | None = None
    requests_per_second: Decimal | None = None
    errors: dict[str, int] | None = None
    queue_depth: int | None = None
    oldest_owed_seconds: int | None = None


class IntegrationHealth(Message, frozen=True, kw_only=True):
    """`GET /internal/health/integrations`; added: what is late, and alarms for people."""

    timestamp: Instant
    integrations: dict[str, IntegrationState]
    late_schedules: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()


class ServerHealth(Message, frozen=True, kw_only=True):
    """`GET /v1/health` (addition): the server lives, and how far its feed is."""

    status: str
    epoch: int
    head: int
    server_time: Instant


class Readiness(Message, frozen=True, kw_only=True):
    """`GET /v1/ready` (addition): 200 `ready`, or 503 and what is missing."""

    status: str
    database: str
    migrations: str
