"""Who works at this counter: sign-in with the office, or from memory when it is out of reach."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session as Transaction

from app.domain.numbers import new_uid
from app.services.clock import Clock
from app.services.passwords import hash_password, is_password
from app.wire.registers import RegisterEnrolment, RegisterLease, Role, Session
from local_db.database import Database
from local_db.tables import ClerkRow, RegisterRow
from sync.errors import Unreachable, WrongPassword
from sync.gateways.office import Office
from sync.transport.auth import Tokens

__all__ = ["OfficeOutOfReach", "Role", "SessionDesk", "SignInRefused", "SignedIn"]

TRY_AGAIN_S = 5.0


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person at the counter; `offline` while the office has not confirmed the password."""

    username: str
    display_name: str
    role: Role
    offline: bool


class SignInRefused(Exception):
    """Wrong name or password."""


class OfficeOutOfReach(Exception):
    """The office does not answer and this person has never signed in at this counter.

    The text says why the office was not reached.
    """


class SessionDesk:
    """Signs people in and out at this counter; enrols the counter on the first sign-in."""

    def __init__(
        self, database: Database, office: Office, tokens: Tokens, register_name: str, clock: Clock
    ) -> None:
        self._database = database
        self._office = office
        self._tokens = tokens
        self._register_name = register_name
        self._clock = clock
        self._unconfirmed: tuple[str, str] | None = None
        self.current: SignedIn | None = None

    @property
    def lease(self) -> RegisterLease | None:
        """The register code of this counter and the shop it belongs to; None before the first."""
        with self._database.read() as session:
            return lease_of(session)

    @property
    def register(self) -> int | None:
        """The code (1-99) that appears in order numbers."""
        lease = self.lease
        return lease.register if lease else None

    @property
    def shop_name(self) -> str:
        """The shop's name as the office states it; empty before the first sign-in."""
        lease = self.lease
        return lease.shop_name if lease else ""

    async def sign_in(self, username: str, password: str) -> SignedIn:
        """Sign in with the office; from memory when it is out of reach.

        Raises `SignInRefused` or `OfficeOutOfReach`.
        """
        try:
            session = await self._office.sign_in(username, password)
            lease = await self._office.enrol(self._enrolment())
        except WrongPassword as refused:
            raise SignInRefused(str(refused)) from refused
        except Unreachable as problem:
            self.current = await self._from_memory(username, password, problem)
            self._unconfirmed = (username, password)
            return self.current
        await self._remember(session, password, lease)
        self._unconfirmed = None
        self.current = SignedIn(session.username, session.display_name, session.role, offline=False)
        return self.current

    def ensure_identity(self) -> UUID:
        """The identity of this installation, minted once and kept."""
        with self._database.read() as session:
            row = session.get(RegisterRow, 1)
            if row is not None:
                return row.device_id
        device_id = new_uid()
        with self._database.write() as session:
            session.add(RegisterRow(k=1, device_id=device_id))
        return device_id

    def sign_out(self) -> None:
        """Forget the person and their tokens; queued orders stay."""
        self.current = None
        self._unconfirmed = None
        self._tokens.adopt(None)

    async def confirm_later(self) -> None:
        """For ever: confirm an offline sign-in as soon as the office answers again."""
        while True:
            await asyncio.sleep(TRY_AGAIN_S)
            if self._unconfirmed is None:
                continue
            try:
                await self.sign_in(*self._unconfirmed)
            except SignInRefused:
                self.sign_out()

    async def _from_memory(self, username: str, password: str, problem: Unreachable) -> SignedIn:
        with self._database.read() as session:
            row = session.get(ClerkRow, username)
            known = (row.password_hash, row.display_name, row.role) if row else None
        if known is None:
            raise OfficeOutOfReach(str(problem)) from problem
        if not await asyncio.to_thread(is_password, known[0], password):
            raise SignInRefused(username)
        return SignedIn(username, known[1], known[2], offline=True)

    async def _remember(self, session: Session, password: str, lease: RegisterLease) -> None:
        hashed = await asyncio.to_thread(hash_password, password)
        with self._database.write() as transaction:
            transaction.merge(
                ClerkRow(
                    username=session.username,
                    display_name=session.display_name,
                    role=session.role,
                    password_hash=hashed,
                    signed_in_at=self._clock(),
                )
            )
            _keep_lease(transaction, lease)

    def _enrolment(self) -> RegisterEnrolment:
        return RegisterEnrolment(device_id=self.ensure_identity(), name=self._register_name)


def _keep_lease(transaction: Transaction, lease: RegisterLease) -> None:
    row = transaction.get_one(RegisterRow, 1)
    row.register = lease.register
    row.install_epoch = lease.install_epoch
    row.shop_name = lease.shop_name
    row.shop_tax_id = lease.shop_tax_id
    row.shop_address = lease.shop_address
    row.shop_phone = lease.shop_phone


def lease_of(transaction: Transaction) -> RegisterLease | None:
    """What the office has lent this counter; None before the first sign-in."""
    row = transaction.get(RegisterRow, 1)
    if row is None or row.register is None or row.install_epoch is None:
        return None
    return RegisterLease(
        register=row.register,
        install_epoch=row.install_epoch,
        shop_name=row.shop_name,
        shop_tax_id=row.shop_tax_id,
        shop_address=row.shop_address,
        shop_phone=row.shop_phone,
    )
