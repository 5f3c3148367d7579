"""The one way to write: a transaction that knows afterwards which tables it wrote."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    Pool,
    TableClause,
    UpdateBase,
    create_engine,
    event,
)
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from local_db.connections import refusal

_HARMLESS = {"SELECT", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK"}


def engine_for(
    connect: Callable[[], dbapi2.Connection], begin: str, pool: type[Pool] = StaticPool
) -> Engine:
    """An engine whose transactions start with `begin` and whose disk errors are plain refusals."""
    engine = create_engine("sqlite://", creator=connect, module=dbapi2, poolclass=pool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine, "handle_error")
    def _translate(context: ExceptionContext) -> BaseException | None:
        return refusal(context.original_exception)

    return engine


def refuse_writes(*arguments: Any) -> None:
    """A `before_cursor_execute` listener for engines that only read."""
    if table := written_table(*arguments):
        raise RuntimeError(f"{table} must be written in `with database.write()`")


class WriteDoor:
    """Write transactions on one connection, one at a time.

    `publish` hears the names of the written tables after the transaction has closed. They are
    read off the statements themselves; SQL as text can not be read that way and is refused.
    """

    def __init__(
        self,
        connect: Callable[[], dbapi2.Connection],
        publish: Callable[[frozenset[str]], None],
        prefix: str = "",
    ) -> None:
        self._engine = engine_for(connect, "BEGIN IMMEDIATE")
        self._publish = publish
        self._prefix = prefix
        self._touched: set[str] = set()
        self._is_open = False
        event.listen(self._engine, "before_cursor_execute", self._note)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """All or nothing; raises `StorageRefused` when the disk does not take it."""
        if self._is_open:
            raise RuntimeError("a write transaction is already open; write in one `with`")
        self._is_open = True
        self._touched = set()
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                session.connection()  # takes the write lock now, not at the first statement
                yield session
        finally:
            self._is_open = False
        if self._touched:
            self._publish(frozenset(self._touched))

    def close(self) -> None:
        """Close the connection; the door can not be used afterwards."""
        self._engine.dispose()

    def _note(self, *arguments: Any) -> None:
        if table := written_table(*arguments):
            self._touched.add(self._prefix + table)


def written_table(*arguments: Any) -> str | None:
    """The table that a statement of SQLAlchemy's `before_cursor_execute` writes, None if none.

    `RuntimeError` when the statement does not show it (SQL as text).
    """
    statement, context = arguments[2], arguments[4]
    source = context.compiled.statement if context.compiled is not None else None
    if isinstance(source, UpdateBase) and isinstance(source.table, TableClause):
        return source.table.fullname
    if statement.split(None, 1)[0].upper() not in _HARMLESS:
        raise RuntimeError(f"a write must be a Core or ORM statement, not text: {statement}")
    return None
