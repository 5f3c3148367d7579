"""Drivers, vehicles, settings and positions of Dispatch Operations; all additions to the spec."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.wire.dispatch import DriverLocations, DriverLocationUpdated, LocationReport
from app.wire.events import EventName
from app.wire.fleet import DispatchSettings, Drivers, Vehicles
from app.wire.registers import Role
from server.dispatch_operations import fleet, locations
from server.http.access import DISPATCHERS, EVERYBODY, Allowed
from server.http.messages import answer, documented, reader
from server.http.samples import LOCATION_REPORT
from server.parts import parts_of

router = APIRouter(prefix="/internal/dispatch", tags=["Dispatch Operations"])
reading = [Depends(Allowed(*EVERYBODY, Role.SERVICE))]
writing = [Depends(Allowed(*DISPATCHERS, Role.SERVICE))]


@router.get("/drivers", summary="Drivers", dependencies=reading, **documented(Drivers))
async def read_drivers(request: Request) -> Response:
    """All drivers with their shifts, by number."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(Drivers(drivers=await fleet.drivers(connection)))


@router.put(
    "/drivers",
    summary="Create or replace drivers",
    dependencies=writing,
    **documented(Drivers, reads=Drivers, errors=(401, 403, 422)),
)
async def save_drivers(
    request: Request, body: Annotated[Drivers, Depends(reader(Drivers))]
) -> Response:
    """The named drivers are created or replaced, others stay; who has left is set inactive."""
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        await fleet.save_drivers(connection, body.drivers)
        return answer(Drivers(drivers=await fleet.drivers(connection)))


@router.get("/vehicles", summary="Vehicles", dependencies=reading, **documented(Vehicles))
async def read_vehicles(request: Request) -> Response:
    """All vehicles with their capacity in kilograms of gas, by number plate."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(Vehicles(vehicles=await fleet.vehicles(connection)))


@router.put(
    "/vehicles",
    summary="Create or replace vehicles",
    dependencies=writing,
    **documented(Vehicles, reads=Vehicles, errors=(401, 403, 422)),
)
async def save_vehicles(
    request: Request, body: Annotated[Vehicles, Depends(reader(Vehicles))]
) -> Response:
    """The named vehicles are created or replaced, others stay; a sold one is set inactive."""
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        await fleet.save_vehicles(connection, body.vehicles)
        return answer(Vehicles(vehicles=await fleet.vehicles(connection)))


@router.get(
    "/settings",
    summary="How plans are computed",
    dependencies=reading,
    **documented(DispatchSettings),
)
async def read_settings(request: Request) -> Response:
    """Warehouse, speeds by zone, minutes per stop, and how long a plan may think."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(await fleet.settings(connection))


@router.put(
    "/settings",
    summary="Change how plans are computed",
    dependencies=writing,
    **documented(DispatchSettings, reads=DispatchSettings, errors=(401, 403, 422)),
)
async def save_settings(
    request: Request, body: Annotated[DispatchSettings, Depends(reader(DispatchSettings))]
) -> Response:
    """The next plan uses these."""
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        await fleet.save_settings(connection, body)
    return answer(body)


@router.post(
    "/drivers/{driver_id}/location",
    summary="Where a driver is",
    dependencies=writing,
    **documented(
        DriverLocationUpdated,
        reads=LocationReport,
        errors=(401, 403, 404, 422),
        examples={"body": LOCATION_REPORT},
    ),
)
async def locate(
    request: Request,
    driver_id: str,
    body: Annotated[LocationReport, Depends(reader(LocationReport))],
) -> Response:
    """Keep a driver's position and spread it as `driver.location.updated`.

    The newest one wins; an older one, or one less than a second newer, is ignored. The answer is
    the position that holds now.
    """
    parts = parts_of(request)
    async with parts.pool.acquire() as connection, connection.transaction():
        news = await locations.note(connection, driver_id, body)
        newest = news or await locations.newest(connection, driver_id)
    if news is not None:
        parts.hub.announce(EventName.DRIVER_LOCATION_UPDATED, news)
    return answer(newest)


@router.get(
    "/locations",
    summary="Where the drivers were seen last",
    dependencies=reading,
    **documented(DriverLocations),
)
async def read_locations(request: Request) -> Response:
    """The newest position of every driver; the map starts from it and then follows the events."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(await locations.seen(connection))
