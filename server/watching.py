"""Puts a running server under observation: its calls, its start and its end."""

import asyncio
import os
import platform
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import structlog

from server.neighbours.lines import Lines
from server.neighbours.names import Neighbour
from server.operation.audit import Action, AuditEntry, note
from server.operation.audit_chain import read_mark
from server.operation.call_log import DATABASE_TROUBLE, CallLog
from server.operation.measures import Measures
from server.parts import Parts

_log = structlog.get_logger()


@asynccontextmanager
async def watched(pool: asyncpg.Pool, lines: Lines, measures: Measures) -> AsyncIterator[None]:
    """Inside, all lines are measured, and calls that leave the process are audited.

    The audit log gets the server's start and its orderly end; an end without one was a crash.
    """
    calls = CallLog(pool)
    endings = []
    for name in Neighbour:
        if name in lines:
            line = lines[name]
            endings.append(
                measures.watch(name, line.breaker, line.metrics, is_remote=line.is_remote)
            )
            if line.is_remote:
                endings.append(calls.follow(name, line.metrics))
    measures.on_change = calls.put
    process = f"{platform.node()}:{os.getpid()}"
    await _tell(pool, AuditEntry(Action.STARTED, process))
    writing = asyncio.create_task(calls.run())
    try:
        yield
    finally:
        for ended in endings:
            ended()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        measures.on_change = None
        try:
            calls.sum_up()
            await calls.flush()
            await _tell(pool, AuditEntry(Action.STOPPED, process))
        except DATABASE_TROUBLE as error:
            _log.warning("the end could not be audited", error=type(error).__name__)


async def tell_mark(parts: Parts) -> None:
    """Write the audit log's newest mark to the log, which is kept elsewhere."""
    async with parts.pool.acquire() as connection:
        _log.info("audit log", mark=str(await read_mark(connection)))


async def _tell(pool: asyncpg.Pool, entry: AuditEntry) -> None:
    async with pool.acquire() as connection:
        await note(connection, entry)
        _log.info("audit log", mark=str(await read_mark(connection)))
