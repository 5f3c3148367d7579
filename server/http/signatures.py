"""The dependency of critical operations: the request must carry its sender's signature."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import Depends, Header, Request

from app.transport.signing import REGISTER_PREFIX, register_key_id, service_key_id
from app.wire.registers import Role
from server.http.access import caller
from server.http.messages import read_body
from server.parts import parts_of
from server.refusals import NotSignedIn
from server.security.directory import Known
from server.security.rates import Limited
from server.security.sessions import REVOKED, SignedIn
from server.security.signatures import Headers, Signature, SignedMessage, check, use_once

FOREIGN = "SIGNATURE_FOREIGN"
_SIGNATURE_INPUT = (
    "RFC 9421: covers @method, @path, @query, content-digest, authorization and, if sent, "
    "idempotency-key; parameters created, nonce, keyid."
)


async def signed(
    request: Request,
    sender: Annotated[SignedIn, Depends(caller)],
    _input: Annotated[str, Header(alias="Signature-Input", description=_SIGNATURE_INPUT)] = "",
    _signature: Annotated[str, Header(alias="Signature", description="Ed25519.")] = "",
    _digest: Annotated[
        str, Header(alias="Content-Digest", description="RFC 9530, sha-256 of the body.")
    ] = "",
) -> str:
    """The `keyid` that signed; raises `NotSignedIn` with a code, and nothing has happened then.

    A service signs with its own key, a person with the key of the register, or of this server.
    """
    parts = parts_of(request)
    message, body = _message(request), await read_body(request)

    def holds() -> Signature:
        known = parts.directory.now
        return check(message, body, lambda name: _key(known, sender, name), datetime.now(UTC))

    try:
        signature = holds()
    except NotSignedIn as refusal:
        if refusal.code != FOREIGN:
            raise
        await parts.directory.refresh()  # a register that enrolled a moment ago
        signature = holds()
    if signature.key_id.startswith(REGISTER_PREFIX):
        parts.rates.count(Limited.REGISTER, signature.key_id)
    await use_once(parts.pool, signature)
    return signature.key_id


def refuse_foreign(signed_by: str, device_id: UUID) -> None:
    """Raise `NotSignedIn` when a register reports what another register has done."""
    if signed_by.startswith(REGISTER_PREFIX) and signed_by != register_key_id(device_id):
        raise NotSignedIn(FOREIGN, "A register reports only what happened at it.")


def _message(request: Request) -> SignedMessage:
    scope = request.scope
    path = scope["raw_path"].decode("ascii")
    query = scope["query_string"].decode("ascii")
    lines = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    url = f"{request.url.scheme}://{request.url.netloc}{path}{'?' if query else ''}{query}"
    return SignedMessage(request.method, url, Headers(lines))


def _key(known: Known, sender: SignedIn, key_id: str) -> Ed25519PublicKey:
    """The key by that name, if it may sign for the sender; our own may sign for any person."""
    by_itself = sender.role is Role.SERVICE and key_id == service_key_id(sender.username)
    if key_id == service_key_id(known.own.name) and (by_itself or sender.role is not Role.SERVICE):
        return known.own.key.public_key()
    if by_itself and sender.username in known.services:
        return known.services[sender.username].key
    if sender.role is not Role.SERVICE:
        return _register_key(known, key_id)
    raise NotSignedIn(FOREIGN, f"The key {key_id} may not sign for {sender.username}.")


def _register_key(known: Known, key_id: str) -> Ed25519PublicKey:
    register = known.registers.get(key_id)
    if register is None or register.key is None:
        raise NotSignedIn(FOREIGN, "This register has not enrolled a key: sign in at it again.")
    if register.revoked_at is not None:
        raise NotSignedIn("REGISTER_REVOKED", REVOKED)
    return register.key
