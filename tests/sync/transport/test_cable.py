import asyncio

import httpx
import pytest

from sync.transport.cable import Cable, CableTransport

REQUEST = httpx.Request("GET", "http://office/x")


async def test_nothing_passes_a_pulled_cable_and_everything_a_plugged_one() -> None:
    cable = Cable()
    transport = CableTransport(httpx.MockTransport(lambda _: httpx.Response(200)), cable)
    heard: list[bool] = []
    cable.listen(heard.append)
    cable.pull()
    with pytest.raises(httpx.ConnectError):
        await transport.handle_async_request(REQUEST)
    cable.plug_in()
    assert (await transport.handle_async_request(REQUEST)).status_code == 200
    assert heard == [False, True]


async def test_a_request_on_its_way_is_cut() -> None:
    async def never(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    cable = Cable()
    transport = CableTransport(httpx.MockTransport(never), cable)
    asyncio.get_running_loop().call_soon(cable.pull)
    with pytest.raises(httpx.ReadError):
        await transport.handle_async_request(REQUEST)


async def test_a_body_on_its_way_is_cut() -> None:
    cable = Cable()
    answer = httpx.Response(200, stream=httpx.ByteStream(b"half a snapshot"))
    transport = CableTransport(httpx.MockTransport(lambda _: answer), cable)
    response = await transport.handle_async_request(REQUEST)
    cable.pull()
    with pytest.raises(httpx.ReadError):
        await response.aread()
