"""A Customer Management and Data Maintenance that knows the spec's paths and nothing else."""

import asyncio
import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server.http.samples import CUSTOMER, PARAMETERS, PRICING, PRODUCTS
from server.serving import listening_socket


@dataclass
class Stranger:
    """What it knows, and what it was asked; `is_away` lets it fail."""

    url: str = ""
    is_away: bool = False
    customer: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(CUSTOMER))
    products: dict[str, Any] = field(default_factory=lambda: copy.deepcopy(PRODUCTS))
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        """The spec's samples; credit is taken without a word, as the spec has no answer."""
        self.asked.append(f"{request.method} {request.url.path}")
        if self.is_away:
            return JSONResponse({}, 503)
        path = request.url.path
        if path == f"/internal/customers/{self.customer['customer_id']}/credit":
            amount = (await request.json())["amount"]
            self.customer["credit_used"] += amount
            self.customer["credit_available"] -= amount
            return JSONResponse({"success": True})
        known = {
            f"/internal/customers/{self.customer['customer_id']}": self.customer,
            "/internal/products": self.products,
            "/internal/pricing/rules": PRICING,
            "/internal/parameters": PARAMETERS,
        }
        return JSONResponse(known[path]) if path in known else Response(status_code=404)


@asynccontextmanager
async def stranger() -> AsyncIterator[Stranger]:
    """One that listens on a socket of its own."""
    one = Stranger()
    app = Starlette(routes=[Route("/{path:path}", one.answer, methods=["GET", "POST"])])
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    )
    with listening_socket("127.0.0.1", 0) as listening:
        one.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        task = asyncio.create_task(server._serve([listening]))
        try:
            yield one
        finally:
            server.should_exit = True
            await task
