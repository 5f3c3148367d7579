"""Puts the counter together, without a window: store, line to the office, desks."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from app.config import Settings
from app.services.calls import CallsDesk
from app.services.clock import Clock, system_clock
from app.services.credit import CreditDesk
from app.services.customers import CustomersDesk
from app.services.documents import DocumentsDesk
from app.services.office import OfficeDesk
from app.services.orders import OrdersDesk
from app.services.preferences import PreferencesDesk
from app.services.session import SessionDesk, Station
from app.transport.signing import Signer, register_key_id
from app.transport.trust import Trust
from local_db.database import Database
from local_db.device_key import device_key
from local_db.identity import ensure_identity
from local_db.keys import database_key
from sync.engine import SyncEngine
from sync.gateways.phone_line import PhoneLine
from sync.gateways.printer import Printer
from sync.state import SyncState
from sync.transport.stack import OfficeStack, build_stack
from ui.desks import Desks

DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Counter:
    """Every part of a running counter that is not a window."""

    database: Database
    stack: OfficeStack
    state: SyncState
    engine: SyncEngine
    desks: Desks


def build_counter(settings: Settings, clock: Clock = system_clock) -> Counter:
    """Open the store and wire every part; nothing runs yet.

    Raises `local_db.errors.StorageRefused` with a sentence for people when the store can not be
    opened (wrong key, newer version, damaged file, full disk).
    """
    key = database_key(settings.profile).key
    database = Database(settings.profile, key)
    trust = Trust(settings.trust, allows_plain_http=settings.plain_http)
    signer = Signer(register_key_id(ensure_identity(database)), device_key(key))
    stack = build_stack(settings.office_url, signer=signer, trust=trust)
    state = SyncState()
    engine = SyncEngine(database, stack, state, on_bug=_report_bug)
    desks = _desks(settings, database, stack, engine, state, clock)
    return Counter(database, stack, state, engine, desks)


async def work(counter: Counter, line: PhoneLine | None = None) -> None:
    """Everything that goes on without a hand: sync, sign-in to be confirmed, telephone; for ever.

    `line` tells of incoming calls.
    """
    async with asyncio.TaskGroup() as group:
        group.create_task(counter.engine.run(), name="sync")
        group.create_task(counter.desks.session.confirm_later(), name="sign-in")
        if line is not None:
            group.create_task(counter.desks.calls.follow(line), name="telephone")


def _report_bug(error: BaseException) -> None:
    """What nobody expected goes where every such error goes: to the loop's exception handler."""
    context = {"message": "a part of the sync was started again", "exception": error}
    asyncio.get_running_loop().call_exception_handler(context)


def _desks(
    settings: Settings,
    database: Database,
    stack: OfficeStack,
    engine: SyncEngine,
    state: SyncState,
    clock: Clock,
) -> Desks:
    preferences = PreferencesDesk(database)
    customers = CustomersDesk(database, state, clock)
    public_key = "" if stack.signer is None else stack.signer.public_key
    station = Station(settings.register_name, public_key)
    session = SessionDesk(database, engine.office, stack.tokens, station, clock)
    folder: Path = settings.profile / DOCUMENTS
    cable = stack.cable if settings.demo else None
    return Desks(
        customers=customers,
        calls=CallsDesk(database, customers, clock, settings.lines),
        orders=OrdersDesk(
            database, CreditDesk(database, engine.office, state, clock), session, clock
        ),
        office=OfficeDesk(database, state, cable, engine.wake, clock),
        documents=DocumentsDesk(database, preferences, Printer(), folder, clock),
        session=session,
        preferences=preferences,
        clock=clock,
    )
