"""From a key in the search box to painted results, against a frame and the 50 ms of a clerk."""

import asyncio
import json
import subprocess
import sys

from bench.commands import command
from bench.figures import Figure, Size, quantile
from bench.shops import ROOT, Offices, fill, folder, register

FRAME_MS = 1000 / 60
PATIENCE_MS = 50.0


async def measure(size: Size, offices: Offices) -> list[Figure]:
    """The real window over a small and a large shop: digits of telephones, names in Chinese."""
    figures: list[Figure] = []
    for customers in (size.small, size.large):
        taken = await _typed(await offices.of(customers), max(3, size.rounds // 4))
        name = f"key to painted results, {customers:,} customers"
        figures += [
            Figure(f"{name}, p50", quantile(taken, 0.5), "a frame at 60 Hz", FRAME_MS),
            Figure(f"{name}, p99", quantile(taken, 0.99), "budget", PATIENCE_MS),
        ]
    return figures


async def _typed(url: str, queries: int) -> list[float]:
    with folder() as profile:
        async with register(url, profile) as counter:
            await fill(counter)
        return await asyncio.to_thread(_typing_clerk, url, str(profile), str(queries))


def _typing_clerk(*arguments: str) -> list[float]:
    command_line = [sys.executable, "-m", "bench.typing_clerk", *arguments]
    done = subprocess.run(command_line, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    taken: list[float] = json.loads(done.stdout.splitlines()[-1])
    return taken


if __name__ == "__main__":
    command(__doc__, measure)
