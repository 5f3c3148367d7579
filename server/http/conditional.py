"""Conditional requests (RFC 9110): copies that are still good, and edits of what has changed."""

from typing import Any

from fastapi import Request, Response

from server.http.messages import answer
from server.refusals import Conflict


def tagged(request: Request, message: Any, *versions: int | str) -> Response:
    """The answer with an `ETag` made of these versions; 304 when the asker has it already."""
    headers = {"ETag": tag_of(*versions), "Cache-Control": "no-cache"}
    if headers["ETag"] in _named(request, "if-none-match"):
        return Response(status_code=304, headers=headers)
    return answer(message, headers=headers)


def tag_of(*versions: int | str) -> str:
    """The entity tag of something in these versions."""
    return f'"{".".join(map(str, versions))}"'


def check_unchanged(request: Request, *versions: int | str) -> None:
    """Raise `Conflict` when the edit was made from another state than this one.

    No versions: the thing does not exist yet. Without a condition in the request, anything goes.
    What a tag holds beyond these versions (an account's movements) does not matter to the edit.
    """
    wanted, unwanted = _named(request, "if-match"), _named(request, "if-none-match")
    if versions and "*" in unwanted:
        raise Conflict("EXISTS", "There is one already; read it, and change it with If-Match.")
    if wanted and not (versions and any(_begins(tag, versions) for tag in wanted)):
        raise Conflict("STALE", "It has changed since you read it: read it again, then change it.")


def _begins(tag: str, versions: tuple[int | str, ...]) -> bool:
    parts = tag.strip('"').split(".")[: len(versions)]
    return tag == "*" or parts == [str(version) for version in versions]


def _named(request: Request, header: str) -> set[str]:
    return {tag.strip() for tag in request.headers.get(header, "").split(",") if tag.strip()}
