"""Sign-in: access tokens of 5 minutes, and refresh tokens that are used once.

See docs/decisions/033-refresh-tokens-survive-a-lost-answer.md.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import jwt

from app.domain.numbers import new_uid
from app.wire.registers import Role, Session, SignIn
from server.refusals import NotSignedIn
from server.security.throttle import Attempt, forget_failures, note_failure, refuse_paused
from server.security.users import User, check_password, find_user

ACCESS_LIFE = timedelta(minutes=5)
REFRESH_LIFE = timedelta(days=14)
LEEWAY = timedelta(seconds=30)
REVOKED = "This register may no longer call: an administrator has revoked it."
ENDED = {
    "SESSION_ENDED": "The session has ended: sign in again.",
    "REGISTER_REVOKED": REVOKED,
}
_ALGORITHM = "HS256"
_KEY_NAME = "access tokens"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who sends a request, as the token says; valid until `expires_at`.

    A service has a name instead of a user name, no session, and may speak for one neighbour.
    """

    username: str
    role: Role
    expires_at: datetime
    session_id: UUID | None = None
    neighbour: str = ""


class Tokens:
    """Makes and reads access tokens with the server's own key."""

    def __init__(self, key: bytes, life: timedelta = ACCESS_LIFE) -> None:
        self._key = key
        self.life = life

    def issue(self, user: User, session_id: UUID | None = None) -> str:
        """An access token for this person in this session, valid from now on."""
        now = datetime.now(UTC)
        claims = {
            "sub": user.username,
            "role": user.role.value,
            "sid": str(session_id or new_uid()),
            "iat": now,
            "exp": now + self.life,
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def read(self, token: str) -> SignedIn:
        """Who the token stands for; raises `NotSignedIn`. 30 s of clock error are forgiven."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                leeway=LEEWAY if self.life > LEEWAY else 0,
                options={"require": ["sub", "role", "sid", "exp"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise NotSignedIn("TOKEN_EXPIRED", "The access token has expired.") from error
        except jwt.InvalidTokenError as error:
            raise NotSignedIn("TOKEN_INVALID", "Sign in first.") from error
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        role, session_id = Role(claims["role"]), UUID(claims["sid"])
        return SignedIn(claims["sub"], role, expires_at, session_id)


async def load_key(connection: asyncpg.Connection) -> bytes:
    """The server's key for access tokens; made once per database."""
    await connection.execute(
        "INSERT INTO server_keys VALUES ($1, $2) ON CONFLICT DO NOTHING",
        *(_KEY_NAME, secrets.token_bytes(32)),
    )
    key: bytes = await connection.fetchval(
        "SELECT value FROM server_keys WHERE name = $1", _KEY_NAME
    )
    return key


async def sign_in(
    connection: asyncpg.Connection, tokens: Tokens, body: SignIn, address: str
) -> Session:
    """Start a session; raises `NotSignedIn` (WRONG_PASSWORD) or `TooMany` (TOO_MANY_ATTEMPTS)."""
    attempt = Attempt(body.username, address)
    await refuse_paused(connection, attempt)
    user = await check_password(connection, body.username, body.password)
    # Once more: of many attempts made at once, those beyond the allowed ones learn nothing.
    await refuse_paused(connection, attempt)
    if user is None:
        await note_failure(connection, attempt)
        raise NotSignedIn("WRONG_PASSWORD", "User name or password is wrong.")
    await forget_failures(connection, attempt)
    session_id = new_uid()
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO sessions (session_id, username, device_id) VALUES ($1, $2, $3)",
            *(session_id, user.username, body.device_id),
        )
        return await _next_tokens(connection, tokens, user, (session_id, None))


async def end_session(connection: asyncpg.Connection, session_id: UUID) -> None:
    """End one session; its access token is refused within a second on every machine."""
    await connection.execute(
        "UPDATE sessions SET revoked_at = now() WHERE session_id = $1 AND revoked_at IS NULL",
        session_id,
    )


async def refresh(connection: asyncpg.Connection, tokens: Tokens, refresh_token: str) -> Session:
    """Exchange a refresh token for fresh ones.

    Raises `NotSignedIn` (SESSION_ENDED, or REGISTER_REVOKED where that is why).

    A used token is accepted again only while nobody has used its successor: then the answer was
    lost on the way. Any other repetition means that it was copied, and ends the whole session.
    """
    mine = _hash(refresh_token)
    async with connection.transaction():
        row = await connection.fetchrow(
            """SELECT s.session_id, s.username, s.revoked_at, t.expires_at, t.replaced_at,
                      EXISTS (SELECT FROM registers r WHERE r.device_id = s.device_id
                              AND r.revoked_at IS NOT NULL) AS register_is_revoked
               FROM refresh_tokens t JOIN sessions s USING (session_id)
               WHERE token_hash = $1 FOR UPDATE""",
            mine,
        )
        user = await find_user(connection, row["username"]) if row else None
        is_over = row is not None and (row["revoked_at"] or row["expires_at"] < datetime.now(UTC))
        if row is not None and user is not None and not is_over:
            if row["replaced_at"] is None and not await _successor_used(connection, mine):
                return await _renew(connection, tokens, user, (row["session_id"], mine))
            await connection.execute(
                "UPDATE sessions SET revoked_at = now() WHERE session_id = $1", row["session_id"]
            )
    code = "REGISTER_REVOKED" if row and row["register_is_revoked"] else "SESSION_ENDED"
    raise NotSignedIn(code, ENDED[code])


async def _renew(
    connection: asyncpg.Connection, tokens: Tokens, user: User, link: tuple[UUID, bytes]
) -> Session:
    await connection.execute(
        "UPDATE refresh_tokens SET replaced_at = now() WHERE parent_hash = $1", link[1]
    )
    await connection.execute(
        "UPDATE refresh_tokens SET used_at = now() WHERE token_hash = $1", link[1]
    )
    return await _next_tokens(connection, tokens, user, link)


async def _successor_used(connection: asyncpg.Connection, parent: bytes) -> bool:
    used = await connection.fetchval(
        "SELECT 1 FROM refresh_tokens WHERE parent_hash = $1 AND used_at IS NOT NULL", parent
    )
    return used is not None


async def _next_tokens(
    connection: asyncpg.Connection,
    tokens: Tokens,
    user: User,
    link: tuple[UUID, bytes | None],
) -> Session:
    refresh_token = secrets.token_urlsafe(32)
    await connection.execute(
        """INSERT INTO refresh_tokens (token_hash, session_id, parent_hash, expires_at)
           VALUES ($1, $2, $3, $4)""",
        *(_hash(refresh_token), *link, datetime.now(UTC) + REFRESH_LIFE),
    )
    return Session(
        access_token=tokens.issue(user, link[0]),
        refresh_token=refresh_token,
        expires_in=int(tokens.life.total_seconds()),
        username=user.username,
        display_name=user.display_name,
        role=user.role,
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
