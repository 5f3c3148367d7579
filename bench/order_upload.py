"""Uploading an order to the office against an empty request over the same connection."""

from bench.commands import command
from bench.figures import Figure, Size, awaited_milliseconds, p50_and_p99
from bench.shops import Offices, drafts, filled_register, working_morning
from local_db.outbox import Parcel, ready
from sync.gateways.office import Office


async def measure(size: Size, offices: Offices) -> list[Figure]:
    """The office's whole transaction: quote, credit, stock, statistics, feed, stored answer."""
    async with filled_register(await offices.of(size.small)) as counter:
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
    command(__doc__, measure)
