"""Every register has a code of its own, for ever."""

import asyncio
import base64

import httpx
import pytest
from fastapi import FastAPI

from app.domain.numbers import new_uid
from server.security.registers import allow_new_key


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


async def test_a_device_brings_another_key_only_when_that_is_allowed(
    clerk: httpx.AsyncClient, app: FastAPI
) -> None:
    device = str(new_uid())
    keys = [base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2)]

    async def bring(key: str) -> tuple[int, str]:
        body = {"device_id": device, "name": "櫃台", "public_key": key}
        answer = await clerk.post("/v1/registers", json=body)
        return answer.status_code, answer.json().get("code", "")

    assert await bring(keys[0]) == (200, "")
    assert (await lease(clerk, device)).status_code == 200  # without a key it keeps the one it has
    assert await bring(keys[0]) == (200, "")
    assert await bring(keys[1]) == (409, "DEVICE_KEY")
    async with app.state.parts.pool.acquire() as connection:
        await allow_new_key(connection, 1)
    assert await bring(keys[1]) == (200, "")
    assert await bring(keys[0]) == (409, "DEVICE_KEY")


@pytest.mark.parametrize("key", ["x", "JrQLj5P/89iXES9+vFgrIy29clF9CC8=", "櫃台"])
async def test_what_is_no_key_is_refused(clerk: httpx.AsyncClient, key: str) -> None:
    body = {"device_id": str(new_uid()), "name": "櫃台", "public_key": key}
    answer = await clerk.post("/v1/registers", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "PUBLIC_KEY")
