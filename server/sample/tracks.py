"""Invoice numbers of the sample shop: made-up tracks of the running period and the next."""

from datetime import datetime

import asyncpg

from app.domain.hours import business_date
from app.domain.invoices import BOOKLET, Period
from server.invoice_operations.allotments import store_allotments
from server.invoice_operations.track_file import Allotment

BOOKLETS = 200


async def save_tracks(connection: asyncpg.Connection, seller_tax_id: str, now: datetime) -> None:
    """Allot 10,000 numbers of each period, as the authority's file would."""
    running = Period.of(business_date(now))
    ends = BOOKLETS * BOOKLET - 1
    allotments = [
        Allotment(line, seller_tax_id, period, track, 0, ends)
        for line, (period, track) in enumerate([(running, "SA"), (running.following, "SB")], 1)
    ]
    await store_allotments(connection, allotments, now)
