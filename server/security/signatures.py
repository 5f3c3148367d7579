"""Is this request signed by whom it says, just now, and for the first time? (RFC 9421, Ed25519)"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    VerifyResult,
)
from http_message_signatures.algorithms import ED25519

from app.transport.signing import ALWAYS_COVERED, KEY_HEADER, OUT_OF_TIME, WINDOW
from server.refusals import NotSignedIn
from server.security.sessions import LEEWAY

KeyOf = Callable[[str], Ed25519PublicKey]
LONGEST_NONCE = 128
_CENTURY = timedelta(days=36525)


class Headers:
    """All header lines of a request in their order, for the signature's base."""

    def __init__(self, lines: Iterable[tuple[str, str]]) -> None:
        self._lines = tuple(lines)

    def items(self) -> Iterable[tuple[str, str]]:
        """Every line, repeated names as well."""
        return self._lines

    def __contains__(self, name: str) -> bool:
        return any(line[0].lower() == name for line in self._lines)


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A request as it came over the wire: `url` is absolute and still percent-encoded."""

    method: str
    url: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that holds."""

    key_id: str
    nonce: str
    created: datetime


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, key_of: KeyOf) -> None:
        self.refusal: NotSignedIn | None = None
        self._key_of = key_of

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        try:
            return self._key_of(key_id)
        except NotSignedIn as refusal:
            self.refusal = refusal
            return None


class _Verifier(HTTPMessageVerifier):
    """Leaves time to us: what is out of time gets an answer of its own."""

    max_clock_skew = _CENTURY
    require_created = False


def check(message: SignedMessage, body: bytes, key_of: KeyOf, now: datetime) -> Signature:
    """The request's signature; raises `NotSignedIn` with a code that says what is wrong.

    `key_of` gives the key of a `keyid`, or raises `NotSignedIn` itself.
    """
    if "signature" not in message.headers or "signature-input" not in message.headers:
        raise NotSignedIn("SIGNATURE_MISSING", "This request must be signed (RFC 9421).")
    keys = _Keys(key_of)
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=keys)
    try:
        results = verifier.verify(message, max_age=None)
    except HTTPMessageSignaturesException as error:
        raise keys.refusal or _wrong("it does not fit the request") from error
    result = results[0]
    _check_coverage(result, message.headers)
    try:
        verifier.verify_body(message, results, body)
    except InvalidSignature as error:
        problem = "The body is not the one whose Content-Digest was signed."
        raise NotSignedIn("SIGNATURE_DIGEST", problem) from error
    return _in_time(result, now)


def _wrong(reason: str) -> NotSignedIn:
    return NotSignedIn("SIGNATURE_WRONG", f"The signature does not hold: {reason}.")


def _check_coverage(result: VerifyResult, headers: Headers) -> None:
    needed = ALWAYS_COVERED + ((KEY_HEADER,) if KEY_HEADER in headers else ())
    missing = [name for name in needed if f'"{name}"' not in result.covered_components]
    missing += [name for name in ("created", "nonce") if name not in result.parameters]
    if missing:
        raise NotSignedIn("SIGNATURE_INCOMPLETE", f"The signature must cover {', '.join(missing)}.")


def _in_time(result: VerifyResult, now: datetime) -> Signature:
    created = datetime.fromtimestamp(int(result.parameters["created"]), UTC)
    is_early = created > now + LEEWAY
    until = created + WINDOW
    if "expires" in result.parameters:
        until = min(until, datetime.fromtimestamp(int(result.parameters["expires"]), UTC))
    if is_early or now > until + LEEWAY:
        raise NotSignedIn(OUT_OF_TIME, f"Signed at {created:%FT%TZ}, but here it is {now:%FT%TZ}.")
    nonce = str(result.nonce)
    if not 0 < len(nonce) <= LONGEST_NONCE:
        raise _wrong(f"a nonce has 1 to {LONGEST_NONCE} characters")
    return Signature(str(result.parameters["keyid"]), nonce, created)


async def use_once(pool: asyncpg.Pool, signature: Signature) -> None:
    """Note the nonce; raises `NotSignedIn` when the same request has come before."""
    done = await pool.execute(
        "INSERT INTO used_nonces VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        *(signature.key_id, signature.nonce, signature.created + WINDOW + 2 * LEEWAY),
    )
    if done.endswith(" 0"):
        raise NotSignedIn("SIGNATURE_REPLAYED", "This request was received before; sign it anew.")
