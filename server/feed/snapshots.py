"""The newest bootstrap file, rebuilt when it has become old; a few older ones stay for resuming."""

import asyncio
from concurrent.futures import Executor, ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import active_children, get_context
from pathlib import Path

import asyncpg

from app.wire.codec import MalformedMessage, decode, encode
from app.wire.reference import SCHEMA_VERSION, reference
from app.wire.registers import SnapshotManifest
from server.feed.changes import Head, read_head
from server.feed.snapshot_file import Contents, build, sha256_of

LIFETIME = timedelta(hours=4)
MOST_CHANGES_SINCE = 5000
KEPT_FILES = 3
SUFFIX = ".db.zst"


def builder() -> Executor:
    """A process of its own: building takes seconds of CPU, and requests must not wait for it."""
    return ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))


class Snapshots:
    """Builds at most one file at a time; everybody who asks meanwhile gets that one."""

    def __init__(self, folder: Path, dsn: str, pool: asyncpg.Pool) -> None:
        self._folder = folder
        self._dsn = dsn
        self._pool = pool
        self._lock = asyncio.Lock()
        self._newest: SnapshotManifest | None = None

    async def manifest(self) -> SnapshotManifest:
        """What the newest file is; builds one when there is none that is fresh enough."""
        async with self._lock:
            async with self._pool.acquire() as connection:
                head = await read_head(connection)
            newest = self._newest or await asyncio.to_thread(self._find)
            if newest is None or not _is_fresh(newest, head):
                newest = await self._build()
            self._newest = newest
            return newest

    def file(self, name: str) -> Path | None:
        """The file of that name, if it is still kept."""
        path = self._folder / name
        known = path.name == name and name.endswith(SUFFIX)
        return path if known and path.is_file() else None

    def _find(self) -> SnapshotManifest | None:
        """The manifest that an earlier process left; None when it is missing or unreadable."""
        for path in sorted(self._folder.glob("*.json"), reverse=True):
            try:
                manifest = decode(SnapshotManifest, path.read_bytes())
            except MalformedMessage:
                continue
            if self.file(Path(manifest.url).name) is not None:
                return manifest
        return None

    async def _build(self) -> SnapshotManifest:
        plain, compressed = self._folder / "building.db", self._folder / "building.zst"
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        apart = builder()
        try:
            contents = await asyncio.get_running_loop().run_in_executor(
                apart, build, self._dsn, plain, compressed
            )
        except asyncio.CancelledError:
            for child in active_children():
                child.terminate()  # the server stops: nobody will fetch the file
            raise
        finally:
            apart.shutdown(wait=False, cancel_futures=True)
        return await asyncio.to_thread(self._offer, contents, compressed)

    def _offer(self, contents: Contents, compressed: Path) -> SnapshotManifest:
        stem = f"snapshot-{contents.epoch}-{contents.pos:012d}-s{SCHEMA_VERSION}"
        manifest = SnapshotManifest(
            epoch=contents.epoch,
            pos=contents.pos,
            schema=SCHEMA_VERSION,
            url=f"/v1/snapshot/{stem}{SUFFIX}",
            sha256=sha256_of(compressed),
            size=compressed.stat().st_size,
            uncompressed_size=contents.uncompressed_size,
            counts=dict(contents.counts),
            created_at=datetime.now(UTC),
        )
        compressed.replace(self._folder / f"{stem}{SUFFIX}")
        (self._folder / f"{stem}.json").write_bytes(encode(manifest))
        self._forget_old(f"{stem}.json")
        return manifest

    def _forget_old(self, newest: str) -> None:
        found = sorted(
            self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True
        )
        for path in found[KEPT_FILES:]:
            if path.name != newest:
                path.with_name(path.stem + SUFFIX).unlink(missing_ok=True)
                path.unlink()


def _is_fresh(manifest: SnapshotManifest, head: Head) -> bool:
    if manifest.epoch != head.epoch or not head.floor <= manifest.pos <= head.pos:
        return False
    if not reference.tables.keys() <= manifest.counts.keys():
        return False  # written by an earlier version, which did not know them all
    if manifest.schema != SCHEMA_VERSION or head.pos - manifest.pos > MOST_CHANGES_SINCE:
        return False
    return manifest.pos == head.pos or datetime.now(UTC) - manifest.created_at < LIFETIME
