"""What is looked after by the clock: whatever waits for a number, and how many are left."""

from datetime import UTC, datetime

import structlog

from app.domain.hours import business_date
from server.invoice_operations.number_stock import alarms
from server.invoice_operations.numbering import number_waiting
from server.invoice_operations.settings import papers_and_key
from server.parts import Parts

_log = structlog.get_logger()


async def run(parts: Parts) -> None:
    """Number what waits and say what people should do; repeating it changes nothing."""
    settings, now = await papers_and_key(parts.secrets), datetime.now(UTC)
    async with parts.pool.acquire() as connection:
        async with connection.transaction():
            await number_waiting(connection, settings, now)
        for alarm in await alarms(connection, business_date(now)):
            _log.warning("invoice numbers", alarm=alarm, key=settings.key_problem)
