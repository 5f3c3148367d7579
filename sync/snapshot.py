"""Bootstrap: fetch a whole reference copy as one file, verify it, swap it in."""

import asyncio
import hashlib
import shutil
from pathlib import Path

import zstandard

from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.errors import BrokenAnswer, UpgradeNeeded
from app.wire.reference import SCHEMA_VERSION
from app.wire.registers import SnapshotManifest
from local_db.database import Database
from local_db.errors import DiskFull
from sync.gateways.office import Office
from sync.state import BootstrapPhase, BootstrapProgress, SyncState

CHUNK = 1024 * 1024


def unpack(packed: Path, into: Path, sha256: str, limit: int) -> None:
    """Decompress a downloaded file; `BrokenAnswer` when it is not the file of the manifest.

    Writes at most `limit` bytes, so that a small file can not fill the disk. Thread-safe.
    """
    digest = hashlib.sha256()
    written = 0
    decompressor = zstandard.ZstdDecompressor().decompressobj()
    try:
        with packed.open("rb") as source, into.open("wb") as target:
            while chunk := source.read(CHUNK // 4):
                digest.update(chunk)
                plain = decompressor.decompress(chunk)
                written += len(plain)
                if written > limit:
                    raise BrokenAnswer(f"the snapshot unpacks to more than {limit} bytes")
                target.write(plain)
    except zstandard.ZstdError as error:
        raise BrokenAnswer(f"the snapshot can not be unpacked: {error}") from error
    if digest.hexdigest() != sha256 or written != limit:
        raise BrokenAnswer("the snapshot is not the one that its manifest describes")


class Bootstrap:
    """Brings a new reference copy in beside the live one; selling goes on meanwhile."""

    def __init__(
        self, database: Database, office: Office, state: SyncState, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._database = database
        self._office = office
        self._state = state
        self._clock = clock

    async def run(self) -> None:
        """Fetch, verify and adopt the newest snapshot; an interrupted download goes on later.

        Raises `Unreachable`, `UpgradeNeeded`, or `StorageRefused` (`DiskFull`); the live copy and
        the outbox are untouched unless it succeeds.
        """
        self._state.progressed(BootstrapProgress(BootstrapPhase.ASKING))
        manifest = await self._office.snapshot_manifest()
        if manifest.schema != SCHEMA_VERSION:
            raise UpgradeNeeded(f"snapshot of schema {manifest.schema}, here {SCHEMA_VERSION}")
        packed = self._database.directory / f"snapshot-{manifest.sha256[:16]}.zst"
        self._sweep(keep=packed)
        self._check_space(manifest)
        await self._download(manifest, packed)
        await self._adopt(manifest, packed)

    async def _download(self, manifest: SnapshotManifest, packed: Path) -> None:
        started = self._clock.monotonic()
        resumed_at: int | None = None

        def progress(done: int) -> None:
            nonlocal resumed_at
            resumed_at = done if resumed_at is None else resumed_at
            seconds = self._clock.monotonic() - started
            rate = (done - resumed_at) / seconds if seconds > 0 else 0.0
            self._show(manifest, BootstrapPhase.DOWNLOADING, done, rate)

        await self._office.download_snapshot(manifest, packed, progress)

    async def _adopt(self, manifest: SnapshotManifest, packed: Path) -> None:
        plain = packed.with_suffix(".db")
        self._show(manifest, BootstrapPhase.UNPACKING, manifest.size, 0.0)
        try:
            await asyncio.to_thread(
                unpack, packed, plain, manifest.sha256, manifest.uncompressed_size
            )
            self._show(manifest, BootstrapPhase.PREPARING, manifest.size, 0.0)
            prepare = self._database.reference_preparer()
            prepared = await asyncio.to_thread(prepare, plain, manifest.counts)
        finally:
            # Whatever is wrong with the file is wrong for good: the next try starts afresh.
            self._sweep()
        self._database.adopt_reference(prepared)

    def _check_space(self, manifest: SnapshotManifest) -> None:
        needed = manifest.size + 3 * manifest.uncompressed_size
        if shutil.disk_usage(self._database.directory).free < needed:
            raise DiskFull

    def _sweep(self, keep: Path | None = None) -> None:
        for path in self._database.directory.glob("snapshot-*"):
            if keep is None or path not in {keep, keep.with_suffix(".etag")}:
                path.unlink(missing_ok=True)

    def _show(
        self, manifest: SnapshotManifest, phase: BootstrapPhase, done: int, rate: float
    ) -> None:
        rows = sum(manifest.counts.values())
        self._state.progressed(
            BootstrapProgress(phase, done, manifest.size, rows_total=rows, rate=rate)
        )
