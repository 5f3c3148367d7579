"""Who works at this counter: sign-in with the office, or from memory when it is out of reach."""

import asyncio
import logging
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session as Transaction

from app.services.clock import Clock
from app.services.passwords import hash_password, is_password
from app.transport.errors import SyncError, WrongPassword
from app.wire.registers import RegisterEnrolment, RegisterLease, Role, Session
from local_db.database import Database
from local_db.errors import StorageRefused
from local_db.identity import ensure_identity
from local_db.tables import ClerkRow, RegisterRow
from sync.gateways.office import Office
from sync.transport.auth import Tokens

__all__ = ["OfficeOutOfReach", "Role", "SessionDesk", "SignInRefused", "SignedIn", "Station"]

log = logging.getLogger(__name__)
TRY_AGAIN_S = 2.0


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person at the counter; `offline` while the office has not confirmed the password."""

    username: str
    display_name: str
    role: Role
    offline: bool


@dataclass(frozen=True, slots=True)
class Station:
    """What the office hears of this counter: its name, and the key that it signs with."""

    name: str
    public_key: str = ""

    def enrolment(self, device_id: UUID) -> RegisterEnrolment:
        """The request for a register code."""
        return RegisterEnrolment(device_id=device_id, name=self.name, public_key=self.public_key)


class SignInRefused(Exception):
    """Wrong name or password."""


class OfficeOutOfReach(Exception):
    """The office does not answer and this person has never signed in at this counter.

    The text says why the office was not reached.
    """


class SessionDesk:
    """Signs people in and out at this counter; enrols the counter on the first sign-in."""

    def __init__(
        self, database: Database, office: Office, tokens: Tokens, station: Station, clock: Clock
    ) -> None:
        self._database = database
        self._office = office
        self._tokens = tokens
        self._station = station
        self._clock = clock
        self._unconfirmed: tuple[str, str] | None = None
        self._confirming: asyncio.Task[None] | None = None
        self._left: list[Session] = []
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
        self._stop_confirming()
        try:
            return await self._by_office(username, password)
        except WrongPassword as refused:
            await self._forget(username, password)
            raise SignInRefused(str(refused)) from refused
        except SyncError as problem:
            self.current = await self._from_memory(username, password, problem)
            self._unconfirmed = (username, password)
            return self.current

    def sign_out(self) -> None:
        """Forget the person and their tokens; queued orders stay. The office is told soon after."""
        self._stop_confirming()
        self.current = None
        self._unconfirmed = None
        if self._tokens.session is not None:
            self._left.append(self._tokens.session)
        self._tokens.adopt(None)

    async def confirm_later(self) -> None:
        """For ever: confirm an offline sign-in as soon as the office answers again.

        And tell the office who signed out, once: unheard, the session dies of old age.

        A person whose password the office no longer accepts is signed out, and remembered no more.
        """
        while True:
            await asyncio.sleep(TRY_AGAIN_S)
            await self._say_goodbye()
            if self._unconfirmed is None:
                continue
            async with asyncio.TaskGroup() as group:
                self._confirming = group.create_task(self._confirm(*self._unconfirmed))

    async def _say_goodbye(self) -> None:
        while self._left:
            try:
                await self._office.sign_out(self._left.pop())
            except SyncError as problem:
                log.info("the office did not hear of a sign-out: %s", problem.code)

    async def _confirm(self, username: str, password: str) -> None:
        try:
            await self._by_office(username, password)
        except WrongPassword:
            await self._forget(username, password)
            self._confirming = None
            self.sign_out()
        except SyncError:  # still out of reach
            return

    def _stop_confirming(self) -> None:
        """Whoever signs in or out now must not be overtaken by an answer about someone else."""
        if self._confirming is not None and not self._confirming.done():
            self._confirming.cancel()
            self._tokens.adopt(None)
        self._confirming = None

    async def _by_office(self, username: str, password: str) -> SignedIn:
        device_id = ensure_identity(self._database)
        session = await self._office.sign_in(username, password, device_id)
        lease = await self._office.enrol(self._station.enrolment(device_id))
        await self._remember(session, password, lease)
        self._unconfirmed = None
        self.current = SignedIn(session.username, session.display_name, session.role, offline=False)
        return self.current

    async def _from_memory(self, username: str, password: str, problem: SyncError) -> SignedIn:
        known = self._known(username)
        if known is None:
            self._tokens.adopt(None)
            raise OfficeOutOfReach(str(problem)) from problem
        hashed, person = known
        if not await asyncio.to_thread(is_password, hashed, password):
            raise SignInRefused(username)
        return person

    def _known(self, username: str) -> tuple[str, SignedIn] | None:
        """The kept password hash of a person who has signed in here before."""
        with self._database.read() as session:
            row = session.get(ClerkRow, username.strip().lower())
            if row is None:
                return None
            return row.password_hash, SignedIn(
                row.username, row.display_name, row.role, offline=True
            )

    async def _forget(self, username: str, refused: str) -> None:
        """A kept password that the office refuses is no longer the person's."""
        known = self._known(username)
        if known is None or not await asyncio.to_thread(is_password, known[0], refused):
            return
        try:
            with self._database.write() as session:
                session.execute(delete(ClerkRow).where(ClerkRow.username == known[1].username))
        except StorageRefused as full:
            log.warning("the old sign-in was not forgotten: %s", full.code)

    async def _remember(self, session: Session, password: str, lease: RegisterLease) -> None:
        hashed = await asyncio.to_thread(hash_password, password)
        clerk = ClerkRow(
            username=session.username,
            display_name=session.display_name,
            role=session.role,
            password_hash=hashed,
            signed_in_at=self._clock(),
        )
        try:
            with self._database.write() as transaction:
                transaction.merge(clerk)
                _keep_lease(transaction, lease)
        except StorageRefused as refused:  # they may work all the same; saving says it again
            log.warning("the sign-in was not kept: %s", refused.code)


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
