"""Runs benchmarks from the command line."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bench.figures import FULL, SHORT, Figure, Size, table
from bench.shops import Offices

Measure = Callable[[Size, Offices], Awaitable[Sequence[Figure]]]


def command(description: str | None, *measures: Measure) -> list[Figure]:
    """Measure one thing after the other, print the table, answer the figures."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--short", action="store_true", help="tiny sizes: only prove that it runs")
    size = SHORT if parser.parse_args().short else FULL
    figures = asyncio.run(run(size, *measures))
    print(table(figures))
    return figures


async def run(size: Size, *measures: Measure) -> list[Figure]:
    """The figures of all; they share their offices, and none disturbs another."""
    figures: list[Figure] = []
    async with Offices() as offices:
        for measure in measures:
            figures += await measure(size, offices)
    return figures
