"""Start of the program to a usable window, and memory, against a bare PySide6 window."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence

import psutil

from bench.commands import command
from bench.figures import Figure, Size, quantile
from bench.shops import ROOT, Offices, fill, folder, register

STARTS = 9
MEGABYTE = 1e6
# Milliseconds until the window is usable, and the megabytes it has in memory then.
Start = tuple[float, float]


async def measure(size: Size, offices: Offices) -> list[Figure]:
    """A profile that is enrolled and filled, as on every morning but the first."""
    rounds = min(STARTS, size.rounds)
    url = await offices.of(size.small)
    with folder() as profile:
        async with register(url, profile) as counter:
            await fill(counter)
        starts = [await asyncio.to_thread(_pair, url, str(profile)) for _ in range(rounds + 1)]
    # The first start of each fills the file cache.
    ours, bare = zip(*starts[1:], strict=True)
    peer = "bare PySide6 window"
    return [
        Figure("start to usable window", *_medians(ours, peer, bare, 0)),
        Figure("memory after the start", *_medians(ours, peer, bare, 1), "MB"),
    ]


def _medians(
    ours: Sequence[Start], against: str, peers: Sequence[Start], which: int
) -> tuple[float, str, float]:
    return (
        quantile([start[which] for start in ours], 0.5),
        against,
        quantile([start[which] for start in peers], 0.5),
    )


def _pair(url: str, profile: str) -> tuple[Start, Start]:
    return _start("bench.counter_window", url, profile), _start("bench.bare_window")


def _start(module: str, *arguments: str) -> Start:
    started = time.perf_counter()
    program = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    with program:
        assert program.stdout is not None
        if program.stdout.readline().strip() != "usable":
            raise RuntimeError(f"{module} ended before its window was usable")
        taken = (time.perf_counter() - started) * 1000
        memory = psutil.Process(program.pid).memory_info().rss / MEGABYTE
        program.terminate()
    return taken, memory


if __name__ == "__main__":
    command(__doc__, measure)
