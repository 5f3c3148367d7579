"""Everything this register remembers, behind two doors: `read()` and `write()`.

Two encrypted files: `orders.db` is precious (WAL, synchronous=FULL), `ref-<generation>.db` is a
replaceable copy of the server's rows, readable as schema `ref`. One thread uses a `Database`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import event, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from local_db.connections import make_durable, open_encrypted, refusal
from local_db.doors import WriteDoor, engine_for, refuse_writes
from local_db.errors import StorageDamaged
from local_db.files import refuse_network_drive
from local_db.migrations import bring_up_to_date
from local_db.reference_files import (
    attach,
    complete,
    generation_of,
    is_sound,
    prepare_reference,
    reference_path,
    sweep,
)
from local_db.reference_tables import ALL
from local_db.tables import ReferenceFileRow

__all__ = ["ORDERS_FILE", "Database", "Listener", "prepare_reference"]

ORDERS_FILE = "orders.db"
Listener = Callable[[frozenset[str]], None]


class Database:
    """The two files of a profile directory; `key` is 64 hexadecimal digits.

    Opening creates or migrates `orders.db`; raises `StorageRefused` (`WrongKey`, `NewerSchema`,
    `NetworkDrive`, `DiskFull`, ...) and then leaves the files as they were.
    """

    def __init__(self, directory: Path, key: str) -> None:
        self._directory = directory
        self._key = key
        self._listeners: list[Listener] = []
        refuse_network_drive(directory)
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise refusal(error) or error from error
        bring_up_to_date(directory / ORDERS_FILE, key)
        self._reference: Path | None = None
        self._open_doors()
        with ExitStack() as unless_opened:
            unless_opened.callback(self.close)
            self._find_reference()
            unless_opened.pop_all()

    @property
    def has_reference(self) -> bool:
        """Whether customers, prices and products have ever arrived."""
        return self._reference is not None

    @property
    def directory(self) -> Path:
        """The profile directory; temporary files of a bootstrap lie here as well."""
        return self._directory

    def reference_preparer(self) -> Callable[[Path, Mapping[str, int]], Path]:
        """`prepare_reference` for this profile: plain values only, so that a thread may call it."""
        return partial(prepare_reference, self._directory, self._key)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view of each file; writing in it is refused."""
        with Session(self._reader) as session:
            yield session

    def write(self) -> AbstractContextManager[Session]:
        """One durable transaction on `orders.db`; listeners hear of it once it has closed."""
        return self._orders.transaction()

    def write_reference(self) -> AbstractContextManager[Session]:
        """One transaction on the live reference file; `RuntimeError` when there is none."""
        if self._reference_door is None:
            raise RuntimeError("there is no reference file yet; bootstrap first")
        return self._reference_door.transaction()

    def listen(self, callback: Listener) -> Callable[[], None]:
        """Call back with the names of the written tables after each write; returns the end."""
        self._listeners.append(callback)

        def stop() -> None:
            if callback in self._listeners:
                self._listeners.remove(callback)

        return stop

    def adopt_reference(self, prepared: Path) -> None:
        """Make a prepared generation the live one; the older is deleted at the next start."""
        if not is_sound(prepared, self._key):
            raise StorageDamaged(prepared.name)
        with self.write() as session:
            session.merge(ReferenceFileRow(k=1, generation=generation_of(prepared)))
        self._use_reference(prepared)
        self._publish(ALL)

    def close(self) -> None:
        """Close both files; their contents are complete without the WAL beside them."""
        self._reader.dispose()
        if self._reference_door is not None:
            self._reference_door.close()
        self._orders.close()

    def _find_reference(self) -> None:
        with self.read() as session:
            live = session.scalar(select(ReferenceFileRow.generation))
        sweep(self._directory, live)
        if live is None:
            return
        path = reference_path(self._directory, live)
        if is_sound(path, self._key):
            complete(path, self._key)
            self._use_reference(path)

    def _open_doors(self) -> None:
        self._reader = engine_for(self._connect_reader, "BEGIN", QueuePool)
        event.listen(self._reader, "before_cursor_execute", refuse_writes)
        self._orders = WriteDoor(self._connect_orders, self._publish)
        self._reference_door: WriteDoor | None = None
        if self._reference is not None:
            connect = partial(self._connect_reference, self._reference)
            self._reference_door = WriteDoor(connect, self._publish, "ref.")

    def _use_reference(self, path: Path) -> None:
        self.close()
        self._reference = path
        self._open_doors()

    def _connect_orders(self) -> dbapi2.Connection:
        connection = open_encrypted(self._directory / ORDERS_FILE, self._key, mode="rw")
        make_durable(connection)
        attach(connection, self._reference, self._key)
        return connection

    def _connect_reader(self) -> dbapi2.Connection:
        connection = open_encrypted(self._directory / ORDERS_FILE, self._key, mode="rw")
        attach(connection, self._reference, self._key)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _connect_reference(self, path: Path) -> dbapi2.Connection:
        connection = open_encrypted(path, self._key, mode="rw")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _publish(self, tables: frozenset[str]) -> None:
        for listener in tuple(self._listeners):
            listener(tables)
