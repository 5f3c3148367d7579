"""Which rows stand on which page."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.printing.pagination import pages

HEIGHTS = st.lists(st.floats(10, 40), min_size=1, max_size=60)


def test_rows_that_fit_stay_on_one_page() -> None:
    assert pages([20] * 5, 200, 400, 100) == ((0, 5),)


def test_rows_that_do_not_fit_with_the_tail_go_on_and_leave_one_for_the_end() -> None:
    assert pages([20] * 6, 200, 400, 100) == ((0, 5), (5, 6))


def test_a_tail_too_high_for_the_last_row_gets_a_page_to_itself() -> None:
    assert pages([20], 100, 400, 90) == ((0, 1), (1, 1))


def test_no_rows_make_one_page() -> None:
    assert pages([], 200, 400, 100) == ((0, 0),)


@given(HEIGHTS, st.floats(60, 300), st.floats(120, 600), st.floats(0, 100))
def test_every_row_stands_on_one_page_and_fits_it(
    heights: list[float], first: float, following: float, tail: float
) -> None:
    cut = pages(heights, first, following, tail)
    assert cut[0][0] == 0
    assert cut[-1][1] == len(heights)
    assert all(a[1] == b[0] for a, b in pairwise(cut))
    assert all(start < stop for start, stop in cut[:-1])
    for number, (start, stop) in enumerate(cut):
        room = following if number else first
        taken = sum(heights[start:stop])
        assert taken <= room + 0.001 or stop - start == 1


@given(HEIGHTS, st.floats(60, 300), st.floats(120, 600), st.floats(0, 100))
def test_the_tail_fits_under_the_last_row(
    heights: list[float], first: float, following: float, tail: float
) -> None:
    cut = pages(heights, first, following, tail)
    start, stop = cut[-1]
    room = following if len(cut) > 1 else first
    assert sum(heights[start:stop]) + tail <= room + 0.001
