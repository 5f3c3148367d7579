"""The server as an application: its paths, and what surrounds every one of them."""

from fastapi import FastAPI

from server.http import (
    accounts,
    catalogue,
    changes,
    credit,
    customers,
    dispatch,
    events,
    fleet,
    health,
    invoice_blocks,
    invoices,
    metrics,
    order_reports,
    outbox,
    registers,
    reports,
    schedules,
    sessions,
    snapshots,
    stock,
)
from server.http.digest import ContentDigest
from server.http.openapi import describe
from server.http.problems import explain_errors
from server.http.rate_limits import RateLimit
from server.http.request_log import RequestLog
from server.life import living
from server.operation.measures import Measures
from server.place import Place

ROUTERS = (
    sessions,
    registers,
    outbox,
    order_reports,
    changes,
    snapshots,
    customers,
    credit,
    catalogue,
    stock,
    dispatch,
    fleet,
    invoice_blocks,
    invoices,
    accounts,
    reports,
    schedules,
    events,
    health,
    metrics,
)


def create_app(place: Place | None = None) -> FastAPI:
    """The application; without a place it can describe itself (`openapi`), but not run."""
    app = FastAPI(
        title="Lucky Gas Office",
        version="1",
        lifespan=None if place is None else lambda app: living(app, place),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    for module in ROUTERS:
        app.include_router(module.router)
    explain_errors(app)
    app.add_middleware(RateLimit)
    app.add_middleware(ContentDigest)
    app.state.measures = Measures()
    app.add_middleware(RequestLog, measures=app.state.measures)
    return app


def api_document() -> dict[str, object]:
    """The OpenAPI document, without a database."""
    return describe(create_app())
