"""What a benchmark says: a figure beside its limit or peer, as a table row and as JSON."""

import json
import math
import os
import platform
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Size:
    """How much to do: customers of the sample shops, and repetitions of what is timed."""

    small: int
    large: int
    rounds: int


FULL = Size(small=20_000, large=100_000, rounds=200)
SHORT = Size(small=60, large=60, rounds=2)  # proves that a benchmark runs; its figures say nothing


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` against `peer`, in the same unit; the peer is a limit or was measured beside it."""

    name: str
    ours: float
    against: str
    peer: float
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """Ours in peers: below 1 is less than the peer needs, or within the limit."""
        return self.ours / self.peer


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0..1) of the measured ones do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def milliseconds(action: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter_ns()
    action()
    return (time.perf_counter_ns() - started) / 1e6


async def awaited_milliseconds(action: Awaitable[object]) -> float:
    """How long it takes until the answer is there."""
    started = time.perf_counter_ns()
    await action
    return (time.perf_counter_ns() - started) / 1e6


def p50_and_p99(
    name: str, ours: Sequence[float], against: str, peer: Sequence[float]
) -> list[Figure]:
    """Two figures: the usual case against the peer's usual case, the worst against its worst."""
    return [
        Figure(f"{name}, p50", quantile(ours, 0.5), against, quantile(peer, 0.5)),
        Figure(f"{name}, p99", quantile(ours, 0.99), against, quantile(peer, 0.99)),
    ]


def table(figures: Sequence[Figure]) -> str:
    """Aligned columns for people."""
    rows = [("what", "ours", "against", "theirs", "ratio")]
    rows += [
        (f.name, f"{f.ours:,.2f} {f.unit}", f.against, f"{f.peer:,.2f} {f.unit}", f"{f.ratio:.2f}")
        for f in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    left = (0, 2)
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def save(figures: Sequence[Figure]) -> None:
    """Write `bench/results.json`: the machine and every figure with its ratio."""
    machine = {
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }
    rows = [{**asdict(figure), "ratio": round(figure.ratio, 4)} for figure in figures]
    RESULTS.write_text(json.dumps({"machine": machine, "figures": rows}, indent=2) + "\n")
