"""Bootstrap of a new register against copying the bytes of the finished copy."""

import asyncio
import os
import shutil
from pathlib import Path

from bench.figures import Figure, Size, awaited_milliseconds, command, milliseconds, quantile
from bench.shops import filled_register, folder, register, sample_office

COPIES = 5


def measure(size: Size) -> list[Figure]:
    """Download, decompress, verify, encrypt, index, adopt; the copy is one file, synced."""
    return asyncio.run(_measure(size))


async def _measure(size: Size) -> list[Figure]:
    async with sample_office(size.large) as url:
        async with filled_register(url):
            pass  # the office writes its snapshot for the first who asks
        pairs = [await _pair(url) for _ in range(COPIES)]
    ours, peer = zip(*pairs, strict=True)
    name = f"bootstrap of {size.large:,} customers"
    return [Figure(name, quantile(ours, 0.5), "copy + fsync of its file", quantile(peer, 0.5))]


async def _pair(url: str) -> tuple[float, float]:
    async with folder() as profile:
        async with register(url, profile) as counter:
            bootstrapped = await awaited_milliseconds(counter.engine.bootstrap.run())
        finished = next(profile.glob("ref-*.db"))
        return bootstrapped, milliseconds(lambda: _copy(finished, profile / "copy"))


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())


if __name__ == "__main__":
    command(measure, __doc__ or "")
