"""The bridge between messages and FastAPI: bodies in, answers out, documentation of both."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast

from fastapi import Request, Response

from app.wire.codec import MalformedMessage, Message, decode, encode
from server.plausibility import check_plausible
from server.refusals import Malformed, TooLarge

M = TypeVar("M", bound=Message)
JSON = "application/json"
PROBLEM = "application/problem+json"
PROBLEM_CONTENT = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
LARGEST_BODY = 1_000_000
ERRORS = {
    401: "Not signed in, or the access token has expired (`TOKEN_EXPIRED`).",
    403: "The person's role may not do this.",
    404: "There is no such thing.",
    409: "It contradicts what the server holds.",
    410: "It is no longer kept.",
    422: "The request can not be read.",
    429: "Too many; try again after `Retry-After` seconds.",
}


async def read_body(request: Request) -> bytes:
    """The whole body, as often as it is asked for.

    Raises `TooLarge` beyond 1 MB, before it is read where its length is said.
    """
    if not hasattr(request.state, "body"):
        request.state.body = await _received(request)
    return cast(bytes, request.state.body)


async def _received(request: Request) -> bytes:
    if int(request.headers.get("content-length") or 0) > LARGEST_BODY:
        raise TooLarge("TOO_LARGE", f"A body has at most {LARGEST_BODY} bytes.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise TooLarge("TOO_LARGE", f"A body has at most {LARGEST_BODY} bytes.")
    return bytes(body)


def reader(kind: type[M]) -> Callable[[Request], Awaitable[M]]:
    """A dependency that reads the body as this message; raises `Malformed`."""

    async def read(request: Request) -> M:
        try:
            message = decode(kind, await read_body(request))
        except MalformedMessage as error:
            raise Malformed("MALFORMED", f"The body is not a {kind.__name__}: {error}") from error
        check_plausible(message)
        return message

    return read


def answer(
    message: Any,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    media_type: str = JSON,
) -> Response:
    """A message as an HTTP answer."""
    return Response(encode(message), status, headers=headers, media_type=media_type)


def documented(
    answers: type[Message],
    *,
    reads: type[Message] | None = None,
    errors: tuple[int, ...] = (401, 422),
    examples: Mapping[str, Any] | None = None,
    also: Mapping[int, type[Message]] | None = None,
) -> dict[str, Any]:
    """Arguments of a route's decorator that describe its bodies in the OpenAPI document.

    `examples` may hold one example of the `body` and one of the `answer`; `also` the bodies that
    an error may have instead of a `Problem`.
    """
    samples = examples or {}
    responses: dict[int | str, dict[str, Any]] = {
        200: {"description": "Done.", "content": content(answers, samples.get("answer"))}
    }
    for status in errors:
        responses[status] = {"description": ERRORS[status], "content": PROBLEM_CONTENT}
    responses.setdefault(422, {"description": ERRORS[422], "content": PROBLEM_CONTENT})
    for status, kind in (also or {}).items():
        either = [_reference("Problem"), _reference(kind.__name__)]
        responses[status]["content"] = {PROBLEM: {"schema": {"oneOf": either}}}
    extra: dict[str, Any] = {}
    if reads is not None:
        extra["requestBody"] = {"required": True, "content": content(reads, samples.get("body"))}
    return {"responses": responses, "openapi_extra": extra, "response_class": Response}


def content(kind: type[Message], example: Any = None) -> dict[str, Any]:
    """An OpenAPI content object of a message."""
    return content_named(kind.__name__, example)


def content_named(name: str, example: Any = None) -> dict[str, Any]:
    """An OpenAPI content object of a message by its name."""
    described: dict[str, Any] = {"schema": _reference(name)}
    if example is not None:
        described["example"] = example
    return {JSON: described}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
