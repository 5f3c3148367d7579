"""Bootstrap of a new register against copying the bytes of the finished copy."""

import os
import shutil
from pathlib import Path

from bench.commands import command
from bench.figures import Figure, Size, awaited_milliseconds, milliseconds, quantile
from bench.shops import Offices, filled_register, folder, register

COPIES = 5


async def measure(size: Size, offices: Offices) -> list[Figure]:
    """Download, decompress, verify, encrypt, index, adopt; the copy is one file, synced."""
    url = await offices.of(size.large)
    async with filled_register(url):
        pass  # the office writes its snapshot for the first who asks
    pairs = [await _pair(url) for _ in range(min(COPIES, size.rounds))]
    ours, peer = zip(*pairs, strict=True)
    name = f"bootstrap of {size.large:,} customers"
    return [Figure(name, quantile(ours, 0.5), "copy + fsync of its file", quantile(peer, 0.5))]


async def _pair(url: str) -> tuple[float, float]:
    with folder() as profile:
        async with register(url, profile) as counter:
            bootstrapped = await awaited_milliseconds(counter.engine.bootstrap.run())
        finished = next(profile.glob("ref-*.db"))
        return bootstrapped, milliseconds(lambda: _copy(finished, profile / "copy"))


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())


if __name__ == "__main__":
    command(__doc__, measure)
