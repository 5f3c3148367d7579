"""Which rows of a table stand on which page."""

from collections.abc import Sequence


def pages(
    heights: Sequence[float], first: float, following: float, tail: float
) -> tuple[tuple[int, int], ...]:
    """(start, stop) of the rows on each page; the last page also has room for the `tail`.

    `first` and `following` are the heights for rows on page one and on later pages. A row higher
    than a page gets a page to itself. The last page holds one row, so that the sum does not stand
    alone, unless that row and the tail together are too high.
    """
    result: list[tuple[int, int]] = []
    start, room = 0, first
    while sum(heights[start:]) + tail > room and start < len(heights) - 1:
        stop = _filled(heights, start, room)
        result.append((start, stop))
        start, room = stop, following
    result.append((start, len(heights)))
    if sum(heights[start:]) + tail > room:
        result.append((len(heights), len(heights)))
    return tuple(result)


def _filled(heights: Sequence[float], start: int, room: float) -> int:
    """Where a page that begins with row `start` ends; one row is left for the next page."""
    stop, used = start + 1, heights[start]
    while stop < len(heights) - 1 and used + heights[stop] <= room:
        used += heights[stop]
        stop += 1
    return stop
