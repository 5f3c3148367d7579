"""Data Maintenance (spec, internal module 2)."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.domain.hours import business_date
from app.wire.catalogue import CacheInvalidation, Parameters, PricingRules, Products
from server.data_maintenance import catalogue
from server.http import samples
from server.http.access import EVERYBODY, SUPERVISORS, Allowed
from server.http.messages import answer, documented, reader
from server.parts import parts_of
from server.reference import catalogue as reference

router = APIRouter(prefix="/internal", tags=["Data Maintenance"])
reading = [Depends(Allowed(*EVERYBODY))]


@router.get(
    "/products",
    summary="Product catalogue",
    dependencies=reading,
    **documented(Products, errors=(401,), examples={"answer": samples.PRODUCTS}),
)
async def products(request: Request) -> Response:
    """All products with stock, today's list price and the prices that are announced."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(await reference.products(connection, business_date(datetime.now(UTC))))


@router.get(
    "/pricing/rules",
    summary="Pricing rules",
    dependencies=reading,
    **documented(PricingRules, errors=(401, 404), examples={"answer": samples.PRICING}),
)
async def pricing_rules(request: Request) -> Response:
    """Volume discounts, delivery fees by zone, surcharges by slot."""
    async with parts_of(request).pool.acquire() as connection:
        return answer((await reference.pricing_rules(connection))[1])


@router.get(
    "/parameters",
    summary="System parameters",
    dependencies=reading,
    **documented(Parameters, errors=(401, 404), examples={"answer": samples.PARAMETERS}),
)
async def parameters(request: Request) -> Response:
    """Business hours and the rules of ordering."""
    async with parts_of(request).pool.acquire() as connection:
        return answer((await reference.parameters(connection))[1])


@router.post(
    "/cache/invalidate",
    summary="Tell every register that its copy is old",
    dependencies=[Depends(Allowed(*SUPERVISORS))],
    **documented(
        CacheInvalidation,
        reads=CacheInvalidation,
        errors=(401, 403, 422),
        examples={"body": samples.INVALIDATION, "answer": samples.INVALIDATION},
    ),
)
async def invalidate(
    request: Request, body: Annotated[CacheInvalidation, Depends(reader(CacheInvalidation))]
) -> Response:
    """Send the named rows again, as `catalog.invalidated` events; no ids means all of them."""
    parts = parts_of(request)
    async with parts.pool.acquire() as connection, connection.transaction():
        await catalogue.invalidate(connection, body)
    parts.hub.wake()
    return answer(body)
