"""What benchmarks say: quantiles, ratios, the table."""

import pytest

from bench.figures import Figure, p50_and_p99, quantile, table


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1), (0.5, 5), (0.9, 9), (0.99, 10), (1.0, 10)]
)
def test_a_quantile_is_a_measured_value_that_the_share_does_not_exceed(
    share: float, expected: float
) -> None:
    assert quantile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == expected


def test_the_usual_case_is_compared_with_the_usual_and_the_worst_with_the_worst() -> None:
    usual, worst = p50_and_p99("save", [2.0, 4.0, 9.0], "floor", [1.0, 2.0, 3.0])
    assert (usual.name, usual.ours, usual.peer, usual.ratio) == ("save, p50", 4.0, 2.0, 2.0)
    assert (worst.name, worst.ours, worst.peer, worst.ratio) == ("save, p99", 9.0, 3.0, 3.0)


def test_the_table_aligns_names_to_the_left_and_figures_to_the_right() -> None:
    shown = table([Figure("save", 1.5, "floor", 1.0), Figure("memory", 120, "bare", 60, "MB")])
    assert shown.splitlines() == [
        "what         ours  against    theirs  ratio",
        "save      1.50 ms  floor     1.00 ms   1.50",
        "memory  120.00 MB  bare     60.00 MB   2.00",
    ]
