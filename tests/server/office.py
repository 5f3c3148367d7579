"""An office that takes orders in, and everything that follows from them."""

import asyncio
from dataclasses import dataclass

import asyncpg

from app.wire.orders import OrderBody, OrderCancellation, UploadAnswer
from server.orders.intake import receive, unpack
from server.parts import Parts
from tests.server.messages import CUSTOMER, Lanes
from tests.server.two_servers import TwoServers, pool_of

PATIENCE_S = 20.0


@dataclass(frozen=True)
class Office:
    """The running application, asked without a socket; with `servers`, others keep its books."""

    parts: Parts
    servers: TwoServers | None = None

    @property
    def pool(self) -> asyncpg.Pool:
        """Its database."""
        return self.parts.pool

    @property
    def books(self) -> asyncpg.Pool:
        """The database in which the neighbours keep their books."""
        return self.pool if self.servers is None else pool_of(self.servers.books)

    async def accept(self, lanes: Lanes, body: OrderBody | OrderCancellation) -> UploadAnswer:
        """Take in the next message of a lane."""
        return await receive(self.pool, self.parts.lines, unpack(*lanes.parcel(body)))

    async def settle(self) -> None:
        """Wait until nothing is owed any more."""
        if self.servers is not None:
            await self.servers.settle()
            return
        owed = "SELECT 1 FROM outbox WHERE state = 'owed' LIMIT 1"
        async with asyncio.timeout(PATIENCE_S):
            while await self.pool.fetchval(owed):  # noqa: ASYNC110 - the database does not tell
                await asyncio.sleep(0.01)

    async def calls(self) -> list[tuple[str, str]]:
        """What was owed and how it ended, in order of operation."""
        await self.settle()
        owed = "SELECT operation, state FROM outbox ORDER BY operation, n"
        rows = await self.pool.fetch(owed)
        if self.servers is not None:
            rows += await self.books.fetch(owed)
        return sorted((row["operation"], row["state"]) for row in rows)

    async def stock(self) -> tuple[int, int]:
        """Available and reserved cylinders of 20 kg."""
        await self.settle()
        row = await self.pool.fetchrow(
            "SELECT available, reserved FROM products WHERE product_id = 'P001'"
        )
        return row["available"], row["reserved"]

    async def used(self) -> int:
        """Credit that the customer has reserved or used."""
        await self.settle()
        amount: int = await self.pool.fetchval(
            "SELECT reserved + used FROM credit_accounts WHERE customer_id = $1", CUSTOMER
        )
        return amount
