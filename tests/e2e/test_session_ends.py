"""The office ends a session while orders are on their way."""

from pathlib import Path

from app.demo.waiting import until
from app.services.office import LinkState
from tests.e2e.counters import delivered, on_account, open_for_business, place, states
from tests.e2e.office import RealOffice


async def test_a_session_that_ends_in_the_middle_of_sending_loses_no_order(
    office: RealOffice, tmp_path: Path
) -> None:
    async with open_for_business(tmp_path / "counter", office.url) as counter:
        office.kill()
        # A new key makes every access token worthless; revoking does it for the refresh tokens.
        await office.do("DELETE FROM server_keys")
        await office.do("UPDATE sessions SET revoked_at = now()")
        placed = [await place(counter, on_account(counter)) for _ in range(3)]
        office.start()
        await until(
            lambda: counter.desks.office.status().link is LinkState.SIGN_IN_NEEDED,
            "the wish for a sign-in",
            40,
        )
        still = [await place(counter, on_account(counter))]
        assert len(states(counter)) == 4
        assert counter.desks.office.status().waiting == 4
        counter.desks.session.sign_out()
        await counter.desks.session.sign_in("demo", "demo")
        await delivered(counter, 15)
        assert counter.desks.office.status().link is LinkState.ONLINE
    found = await office.orders(*(order.order_uid for order in placed + still))
    assert [o.reservations for o in found] == [1] * 4
