"""Every register has a code of its own, for ever."""

import asyncio

import httpx
from fastapi import FastAPI

from app.domain.numbers import new_uid


async def lease(clerk: httpx.AsyncClient, device: str) -> httpx.Response:
    return await clerk.post("/v1/registers", json={"device_id": device, "name": "櫃台"})


async def test_a_device_always_gets_the_same_code(clerk: httpx.AsyncClient) -> None:
    device = str(new_uid())
    first, again = (await lease(clerk, device)).json(), (await lease(clerk, device)).json()
    assert first == again
    assert (first["register"], first["shop_name"]) == (1, "幸福氣體有限公司")


async def test_devices_that_come_at_once_get_different_codes(clerk: httpx.AsyncClient) -> None:
    leases = await asyncio.gather(*(lease(clerk, str(new_uid())) for _ in range(10)))
    assert sorted(answer.json()["register"] for answer in leases) == list(range(1, 11))


async def test_the_hundredth_register_is_refused_and_known_ones_are_not(
    clerk: httpx.AsyncClient, app: FastAPI
) -> None:
    device = str(new_uid())
    await lease(clerk, device)
    await app.state.parts.pool.execute(
        """INSERT INTO registers (register, device_id, name)
           SELECT n, gen_random_uuid(), 'x' FROM generate_series(2, 99) n"""
    )
    refused = await lease(clerk, str(new_uid()))
    assert (refused.status_code, refused.json()["code"]) == (409, "NO_REGISTER_LEFT")
    assert (await lease(clerk, device)).json()["register"] == 1
