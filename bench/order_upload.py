"""Uploading an order to the office against an empty request over the same connection."""

import asyncio

from bench.figures import Figure, Size, awaited_milliseconds, command, p50_and_p99
from bench.shops import drafts, filled_register, sample_office, working_morning
from local_db.outbox import Parcel, ready
from sync.gateways.office import Office


def measure(size: Size) -> list[Figure]:
    """The office's whole transaction: quote, credit, stock, statistics, feed, stored answer."""
    return asyncio.run(_measure(size))


async def _measure(size: Size) -> list[Figure]:
    async with sample_office(size.small) as url, filled_register(url) as counter:
        for order, quoted in drafts(counter, size.rounds):
            await counter.desks.orders.place(order, quoted)
        with counter.database.read() as session:
            parcels = ready(session, working_morning(), size.rounds)
        office = counter.engine.office
        await office.health()
        pairs = [await _pair(office, parcel) for parcel in parcels]
    ours, peer = zip(*pairs, strict=True)
    return p50_and_p99("upload of an order", ours, "empty request (health)", peer)


async def _pair(office: Office, parcel: Parcel) -> tuple[float, float]:
    upload = office.upload(parcel.message, parcel.msg_id)
    return await awaited_milliseconds(upload), await awaited_milliseconds(office.health())


if __name__ == "__main__":
    command(measure, __doc__ or "")
