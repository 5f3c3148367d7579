"""`Content-Digest` (RFC 9530) on every answer, so that a short or damaged body is noticed."""

import base64
import hashlib

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ContentDigest:
    """Adds the header where the body is sent in one piece; streams bring their own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; the head of an answer waits for its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head: Message = {}

        async def send_with_digest(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start":
                head = message
                return
            if head:
                headers = MutableHeaders(scope=head)
                if not message.get("more_body", False) and "content-digest" not in headers:
                    headers["content-digest"] = digest_of(message.get("body", b""))
                await send(head)
                head = {}
            await send(message)

        await self._app(scope, receive, send_with_digest)


def digest_of(body: bytes) -> str:
    """The header's value for a body."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
