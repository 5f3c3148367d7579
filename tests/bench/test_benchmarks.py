"""Every benchmark runs, with tiny sizes; what it says then means nothing."""

from bench.__main__ import MEASURES
from bench.commands import run
from bench.figures import SHORT


async def test_every_benchmark_compares_what_it_measures() -> None:
    figures = await run(SHORT, *MEASURES)
    assert len(figures) >= len(MEASURES)
    assert all(figure.ours > 0 and figure.peer > 0 for figure in figures)
