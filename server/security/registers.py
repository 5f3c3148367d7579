"""The registers that may take orders, each with a code for its order numbers and a key.

See docs/decisions/093-who-is-calling.md.
"""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from app.domain.numbers import LARGEST_REGISTER
from app.wire.registers import RegisterEnrolment, RegisterLease
from server.refusals import Conflict, NotFound, NotSignedIn
from server.security.services import public_key_from
from server.security.sessions import REVOKED


async def enrol(connection: asyncpg.Connection, enrolment: RegisterEnrolment) -> RegisterLease:
    """The lease of this device, always the same one, with the key that it signs with from now on.

    Raises `Conflict` (NO_REGISTER_LEFT; DEVICE_KEY: it has another key already), `NotSignedIn`
    (REGISTER_REVOKED) or `Malformed` (PUBLIC_KEY).
    """
    async with connection.transaction():
        await connection.execute("LOCK TABLE registers IN SHARE ROW EXCLUSIVE MODE")
        row = await _kept(connection, enrolment) or await _new(connection, enrolment)
        if row is None:
            raise Conflict("NO_REGISTER_LEFT", f"All {LARGEST_REGISTER} register codes are leased.")
        if enrolment.public_key:
            await _keep_key(connection, row, enrolment.public_key)
        shop = await connection.fetchrow("SELECT * FROM shop")
    return RegisterLease(
        register=row["register"],
        install_epoch=row["install_epoch"],
        shop_name=shop["name"],
        shop_tax_id=shop["tax_id"],
        shop_address=shop["address"],
        shop_phone=shop["phone"],
    )


async def _kept(
    connection: asyncpg.Connection, enrolment: RegisterEnrolment
) -> asyncpg.Record | None:
    row = await connection.fetchrow(
        "UPDATE registers SET name = $2 WHERE device_id = $1 RETURNING *",
        *(enrolment.device_id, enrolment.name),
    )
    if row is not None and row["revoked_at"] is not None:
        raise NotSignedIn("REGISTER_REVOKED", REVOKED)
    return row


async def _new(
    connection: asyncpg.Connection, enrolment: RegisterEnrolment
) -> asyncpg.Record | None:
    return await connection.fetchrow(
        """INSERT INTO registers (register, device_id, name)
           SELECT min(code), $1, $2 FROM generate_series(1, $3) AS code
           WHERE code NOT IN (SELECT register FROM registers) HAVING min(code) IS NOT NULL
           RETURNING *""",
        *(enrolment.device_id, enrolment.name, LARGEST_REGISTER),
    )


async def _keep_key(connection: asyncpg.Connection, row: asyncpg.Record, text: str) -> None:
    key = public_key_from(text).public_bytes_raw()
    if row["public_key"] == key:
        return
    if row["public_key"] is not None and not row["new_key_allowed"]:
        raise Conflict(
            "DEVICE_KEY",
            f"Register {row['register']} signs with another key. If its data was set up anew, an "
            f"administrator allows it: luckygas-server registers allow-new-key {row['register']}",
        )
    await connection.execute(
        "UPDATE registers SET public_key = $2, new_key_allowed = false WHERE register = $1",
        *(row["register"], key),
    )


async def refuse_revoked(connection: asyncpg.Connection, device_id: UUID) -> None:
    """Raise `NotSignedIn` (REGISTER_REVOKED) when this register may no longer call."""
    revoked = await connection.fetchval(
        "SELECT revoked_at IS NOT NULL FROM registers WHERE device_id = $1", device_id
    )
    if revoked:
        raise NotSignedIn("REGISTER_REVOKED", REVOKED)


async def code_of(connection: asyncpg.Connection, device_id: UUID) -> int:
    """The code of an enrolled register; raises `NotFound`, or `NotSignedIn` when revoked."""
    await refuse_revoked(connection, device_id)
    register: int | None = await connection.fetchval(
        "SELECT register FROM registers WHERE device_id = $1", device_id
    )
    if register is None:
        raise NotFound("UNKNOWN_REGISTER", "This register is not enrolled: sign in at it.")
    return register


async def list_registers(connection: asyncpg.Connection) -> Sequence[asyncpg.Record]:
    """Every register by its code."""
    rows: Sequence[asyncpg.Record] = await connection.fetch(
        "SELECT * FROM registers ORDER BY register"
    )
    return rows


async def revoke_register(connection: asyncpg.Connection, register: int) -> None:
    """Believe a register no more and end the sessions that began at it; raises `NotFound`."""
    async with connection.transaction():
        device_id = await _changed(connection, register, "revoked_at = coalesce(revoked_at, now())")
        await connection.execute(
            "UPDATE sessions SET revoked_at = now() WHERE device_id = $1 AND revoked_at IS NULL",
            device_id,
        )


async def restore_register(connection: asyncpg.Connection, register: int) -> None:
    """Let a revoked register call again, with the key that it had; raises `NotFound`."""
    await _changed(connection, register, "revoked_at = NULL")


async def allow_new_key(connection: asyncpg.Connection, register: int) -> None:
    """Let the register bring another key at its next sign-in, once; raises `NotFound`."""
    await _changed(connection, register, "new_key_allowed = true")


async def _changed(connection: asyncpg.Connection, register: int, change: str) -> UUID:
    device_id: UUID | None = await connection.fetchval(
        f"UPDATE registers SET {change} WHERE register = $1 RETURNING device_id", register
    )
    if device_id is None:
        raise NotFound("UNKNOWN_REGISTER", f"There is no register {register}.")
    return device_id


async def save_shop(
    connection: asyncpg.Connection, *, name: str, tax_id: str, address: str, phone: str
) -> None:
    """Set what stands on every slip and invoice as the seller."""
    await connection.execute(
        "UPDATE shop SET name = $1, tax_id = $2, address = $3, phone = $4",
        *(name, tax_id, address, phone),
    )
