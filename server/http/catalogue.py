"""Data Maintenance (spec, internal module 2): products, prices, rules and parameters.

The spec's three GETs and its cache notice; reading one product and every PUT and DELETE are
additions. Every answer has an `ETag`; a PUT with `If-Match` is refused (409 `STALE`) when the
thing has changed since it was read.
"""

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Annotated

import asyncpg
from fastapi import APIRouter, Depends, Request, Response

from app.domain.hours import business_date
from app.wire.catalogue import (
    CacheInvalidation,
    DatedPrice,
    Parameters,
    PricingRules,
    ProductBody,
    Products,
)
from app.wire.codec import Message, encode
from app.wire.enums import CacheType
from app.wire.registers import Role
from server.data_maintenance import catalogue
from server.data_maintenance.notices import announce
from server.data_maintenance.plausible import (
    check_announcement,
    check_parameters,
    check_pricing_rules,
    check_product,
)
from server.http import samples
from server.http.access import EVERYBODY, NEIGHBOURS, SUPERVISORS, Allowed
from server.http.conditional import check_unchanged, tag_of, tagged
from server.http.kept_here import KeptHere
from server.http.messages import answer, documented, reader
from server.mirror.standing import ask_for_all
from server.neighbours.names import Neighbour
from server.parts import Parts, parts_of
from server.plausibility import check_id
from server.reference import catalogue as reference
from server.refusals import Malformed, NotFound

router = APIRouter(prefix="/internal", tags=["Data Maintenance"])
reading = [Depends(Allowed(*EVERYBODY, Role.SERVICE))]
writing = [Depends(Allowed(*SUPERVISORS)), Depends(KeptHere(Neighbour.DATA))]
WRITE_ERRORS = (401, 403, 409, 422)


@router.get(
    "/products",
    summary="Product catalogue",
    dependencies=reading,
    **documented(Products, errors=(401,), examples={"answer": samples.PRODUCTS}),
)
async def products(request: Request) -> Response:
    """All products with stock, today's list price and the prices that are announced."""
    async with parts_of(request).pool.acquire() as connection:
        found = await reference.products(connection, _today())
    return tagged(request, found, sha256(encode(found)).hexdigest()[:32])


@router.get(
    "/products/{product_id}",
    summary="One product",
    dependencies=reading,
    **documented(ProductBody, errors=(401, 404)),
)
async def product(request: Request, product_id: str) -> Response:
    """A product as in the catalogue; its `ETag` is what a change wants to hear (`If-Match`)."""
    async with parts_of(request).pool.acquire() as connection:
        version, body = await _known(connection, product_id)
    return tagged(request, body, version)


@router.put(
    "/products/{product_id}",
    summary="Create or change a product",
    dependencies=writing,
    **documented(ProductBody, reads=ProductBody, errors=WRITE_ERRORS),
)
async def put_product(
    request: Request,
    product_id: str,
    body: Annotated[ProductBody, Depends(reader(ProductBody))],
) -> Response:
    """Replace what is said of a product; another standard price holds from today on.

    Its stock is the ledger's: the figures of the body open a new product's only.
    """
    parts, today = parts_of(request), _today()
    if body.product_id != product_id:
        raise Malformed("PRODUCT_ID", "The body is about another product than the path.")
    check_product(body, today)
    async with parts.pool.acquire() as connection, connection.transaction():
        await catalogue.lock_catalogue(connection)
        standing = await _find(connection, product_id)
        check_unchanged(request, *standing[:1])
        await catalogue.replace_product(connection, body, standing[1] if standing else None, today)
        version, saved = await _known(connection, product_id)
        await announce(connection, parts.lines, CacheType.PRODUCTS, [product_id])
    return _written(parts, saved, version)


@router.put(
    "/products/{product_id}/price",
    summary="Announce a list price",
    dependencies=writing,
    **documented(ProductBody, reads=DatedPrice, errors=(*WRITE_ERRORS, 404)),
)
async def put_price(
    request: Request, product_id: str, body: Annotated[DatedPrice, Depends(reader(DatedPrice))]
) -> Response:
    """A price from today or a later day on; one of the same day is replaced. Past ones stay."""
    parts = parts_of(request)
    check_announcement(body, _today())
    async with parts.pool.acquire() as connection, connection.transaction():
        await catalogue.lock_catalogue(connection)
        version, standing = await _known(connection, product_id)
        check_unchanged(request, version)
        await catalogue.announce_price(connection, standing, body)
        version, saved = await _known(connection, product_id)
        await announce(connection, parts.lines, CacheType.PRICES, [product_id], body.effective_from)
    return _written(parts, saved, version)


@router.delete(
    "/products/{product_id}/price/{effective_from}",
    summary="Withdraw an announced price",
    dependencies=writing,
    **documented(ProductBody, errors=(*WRITE_ERRORS, 404)),
)
async def delete_price(request: Request, product_id: str, effective_from: date) -> Response:
    """Take back a price whose day has not come; 404 when none is announced for that day."""
    parts = parts_of(request)
    if effective_from <= _today():
        raise Malformed("PAST_PRICE", "That price is in force; announce another one instead.")
    async with parts.pool.acquire() as connection, connection.transaction():
        await catalogue.lock_catalogue(connection)
        version, _ = await _known(connection, product_id)
        check_unchanged(request, version)
        if not await catalogue.withdraw_price(connection, product_id, effective_from):
            raise NotFound("NO_PRICE", f"No price of {product_id} begins on {effective_from}.")
        version, saved = await _known(connection, product_id)
        await announce(connection, parts.lines, CacheType.PRICES, [product_id], effective_from)
    return _written(parts, saved, version)


@router.get(
    "/pricing/rules",
    summary="Pricing rules",
    dependencies=reading,
    **documented(PricingRules, errors=(401, 404), examples={"answer": samples.PRICING}),
)
async def pricing_rules(request: Request) -> Response:
    """Volume discounts, delivery fees by zone, surcharges by slot."""
    async with parts_of(request).pool.acquire() as connection:
        version, body = await reference.pricing_rules(connection)
    return tagged(request, body, version)


@router.put(
    "/pricing/rules",
    summary="Change the pricing rules",
    dependencies=writing,
    **documented(
        PricingRules, reads=PricingRules, errors=WRITE_ERRORS, examples={"body": samples.PRICING}
    ),
)
async def put_pricing_rules(
    request: Request, body: Annotated[PricingRules, Depends(reader(PricingRules))]
) -> Response:
    """Replace discounts, fees and surcharges; they hold at once."""
    parts = parts_of(request)
    check_pricing_rules(body)
    async with parts.pool.acquire() as connection, connection.transaction():
        await catalogue.lock_catalogue(connection)
        check_unchanged(request, *await reference.version_of(connection, "pricing_rules"))
        await catalogue.save_pricing_rules(connection, body)
        version, saved = await reference.pricing_rules(connection)
        await announce(connection, parts.lines, CacheType.PRICES)
    return _written(parts, saved, version)


@router.get(
    "/parameters",
    summary="System parameters",
    dependencies=reading,
    **documented(Parameters, errors=(401, 404), examples={"answer": samples.PARAMETERS}),
)
async def parameters(request: Request) -> Response:
    """Business hours and the rules of ordering."""
    async with parts_of(request).pool.acquire() as connection:
        version, body = await reference.parameters(connection)
    return tagged(request, body, version)


@router.put(
    "/parameters",
    summary="Change the system parameters",
    dependencies=writing,
    **documented(
        Parameters, reads=Parameters, errors=WRITE_ERRORS, examples={"body": samples.PARAMETERS}
    ),
)
async def put_parameters(
    request: Request, body: Annotated[Parameters, Depends(reader(Parameters))]
) -> Response:
    """Replace business hours and the rules of ordering; they hold at once."""
    parts = parts_of(request)
    check_parameters(body)
    async with parts.pool.acquire() as connection, connection.transaction():
        await catalogue.lock_catalogue(connection)
        check_unchanged(request, *await reference.version_of(connection, "parameters"))
        await catalogue.save_parameters(connection, body)
        version, saved = await reference.parameters(connection)
        await announce(connection, parts.lines, CacheType.PARAMETERS)
    return _written(parts, saved, version)


@router.post(
    "/cache/invalidate",
    summary="Tell every register that its copy is old",
    dependencies=[Depends(Allowed(*NEIGHBOURS))],
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
    """Send the named rows again, as `catalog.invalidated` events; no ids means all of them.

    Where another server keeps the catalogue, it is fetched from there anew.
    """
    parts = parts_of(request)
    async with parts.pool.acquire() as connection, connection.transaction():
        await catalogue.invalidate(connection, body)
        await ask_for_all(connection, Neighbour.DATA)
    parts.hub.wake()
    return answer(body)


def _today() -> date:
    return business_date(datetime.now(UTC))


async def _find(
    connection: asyncpg.Connection, product_id: str
) -> tuple[int, ProductBody] | tuple[()]:
    check_id(product_id, "product_id")
    found = await reference.product_bodies(connection, [product_id], _today())
    return found.get(product_id, ())


async def _known(connection: asyncpg.Connection, product_id: str) -> tuple[int, ProductBody]:
    found = await _find(connection, product_id)
    if not found:
        raise NotFound("UNKNOWN_PRODUCT", f"There is no product {product_id}.")
    return found


def _written(parts: Parts, saved: Message, version: int) -> Response:
    parts.hub.wake()
    return answer(saved, headers={"ETag": tag_of(version)})
