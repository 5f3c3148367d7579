"""The registers that may take orders, each with a code for its order numbers."""

import asyncpg

from app.domain.numbers import LARGEST_REGISTER
from app.wire.registers import RegisterEnrolment, RegisterLease
from server.refusals import Conflict


async def enrol(connection: asyncpg.Connection, enrolment: RegisterEnrolment) -> RegisterLease:
    """The lease of this device, always the same one; raises `Conflict` (NO_REGISTER_LEFT)."""
    async with connection.transaction():
        await connection.execute("LOCK TABLE registers IN SHARE ROW EXCLUSIVE MODE")
        row = await connection.fetchrow(
            """INSERT INTO registers (register, device_id, name)
               SELECT min(code), $1, $2 FROM generate_series(1, $3) AS code
               WHERE code NOT IN (SELECT register FROM registers) HAVING min(code) IS NOT NULL
               ON CONFLICT (device_id) DO UPDATE SET name = excluded.name
               RETURNING register, install_epoch""",
            *(enrolment.device_id, enrolment.name, LARGEST_REGISTER),
        ) or await connection.fetchrow(
            "SELECT register, install_epoch FROM registers WHERE device_id = $1",
            enrolment.device_id,
        )
        shop = await connection.fetchrow("SELECT * FROM shop")
    if row is None:
        raise Conflict("NO_REGISTER_LEFT", f"All {LARGEST_REGISTER} register codes are leased.")
    return RegisterLease(
        register=row["register"],
        install_epoch=row["install_epoch"],
        shop_name=shop["name"],
        shop_tax_id=shop["tax_id"],
        shop_address=shop["address"],
        shop_phone=shop["phone"],
    )


async def save_shop(
    connection: asyncpg.Connection, *, name: str, tax_id: str, address: str, phone: str
) -> None:
    """Set what stands on every slip and invoice as the seller."""
    await connection.execute(
        "UPDATE shop SET name = $1, tax_id = $2, address = $3, phone = $4",
        *(name, tax_id, address, phone),
    )
