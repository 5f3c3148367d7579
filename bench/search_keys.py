"""From a key in the search box to painted results, against a frame and the 50 ms of a clerk."""

import asyncio
import json
import subprocess
import sys

from bench.figures import Figure, Size, command, quantile
from bench.shops import ROOT, fill, folder, register, sample_office

FRAME_MS = 1000 / 60
PATIENCE_MS = 50.0


def measure(size: Size) -> list[Figure]:
    """The real window over a small and a large shop: digits of telephones, names in Chinese."""
    return [
        figure
        for customers in (size.small, size.large)
        for figure in asyncio.run(_measure(customers, max(3, size.rounds // 4)))
    ]


async def _measure(customers: int, queries: int) -> list[Figure]:
    async with sample_office(customers) as url, folder() as profile:
        async with register(url, profile) as counter:
            await fill(counter)
        taken = await asyncio.to_thread(_typed, url, str(profile), str(queries))
    name = f"key to painted results, {customers:,} customers"
    return [
        Figure(f"{name}, p50", quantile(taken, 0.5), "a frame at 60 Hz", FRAME_MS),
        Figure(f"{name}, p99", quantile(taken, 0.99), "budget", PATIENCE_MS),
    ]


def _typed(*arguments: str) -> list[float]:
    command_line = [sys.executable, "-m", "bench.typing_clerk", *arguments]
    done = subprocess.run(command_line, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    taken: list[float] = json.loads(done.stdout.splitlines()[-1])
    return taken


if __name__ == "__main__":
    command(measure, __doc__ or "")
