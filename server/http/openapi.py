"""The API document: FastAPI's paths with the schemas of our messages."""

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.wire import events, orders, registers
from app.wire.codec import Message

REF = "#/components/schemas/"
ABOUT = """
What registers and the neighbouring modules say to the office.

- Bodies are JSON. Amounts are numbers in 元, unit prices have up to two decimals; instants are
  UTC with `Z`; dates are Asia/Taipei.
- People sign in (`POST /v1/session`), then send `Authorization: Bearer <access_token>`. A machine
  that was registered (`luckygas-server services add`) sends a JWT of its own instead: EdDSA, `iss`
  its name, `aud` this server's name, `iat`, `exp` at most 5 minutes later, `jti`.
- Operations with a `Signature` header must be signed (RFC 9421, Ed25519) by the sender: `@method`,
  `@path`, `@query`, `content-digest`, `authorization`, and `idempotency-key` if there is one;
  parameters `created` (within 5 minutes), `nonce` (once), `keyid` (`register:<device_id>`,
  `service:<name>`). `luckygas-server call` does all that. 401 `SIGNATURE_…` says what is wrong.
- 429 with `Retry-After` when one caller asks too much.
- Errors are an HTTP status and a `Problem` (RFC 9457): a stable `code`, and a `detail` for people
  that says what to do.
- Every answer carries `Content-Digest` (RFC 9530).
- `WebSocket /v1/events`: the first frame is `Hello`; the answer is `Welcome`, then one `Envelope`
  per change in commit order and a `Beacon` every 5 s. Closed with 4001 when the token has expired,
  4008 when the receiver is too slow. Any doubt is settled by `GET /v1/changes`.
"""


# Bodies inside of others, frames of the socket, and a second shape of one error.
SPOKEN_ELSEWHERE: list[type[Message]] = [
    orders.OrderBody,
    orders.OrderCancellation,
    events.Hello,
    events.Welcome,
    events.Beacon,
    events.Envelope,
    registers.LaneGap,
]


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the application, complete and without starting anything."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=ABOUT, routes=app.routes
        )
        named = {kind.__name__: kind for kind in _all_kinds(Message)}
        wanted = [named[name] for name in sorted(_references(document)) if name in named]
        wanted += SPOKEN_ELSEWHERE
        _, schemas = msgspec.json.schema_components(wanted, ref_template=REF + "{name}")
        components = document.setdefault("components", {}).setdefault("schemas", {})
        components.update(_as_numbers(schemas))
        app.openapi_schema = document
    return app.openapi_schema


def _all_kinds(kind: type[Message]) -> list[type[Message]]:
    children = kind.__subclasses__()
    return children + [grandchild for child in children for grandchild in _all_kinds(child)]


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"].removeprefix(REF)} if "$ref" in value else set()
        return own.union(*(_references(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(_references(item) for item in value))
    return set()


def _as_numbers(value: Any) -> Any:
    """Decimals travel as JSON numbers here, not as the strings that msgspec describes."""
    if isinstance(value, dict):
        if value.get("format") == "decimal":
            return {"type": "number"}
        return {key: _as_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_numbers(item) for item in value]
    return value
