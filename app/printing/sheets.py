"""A table that goes on over as many A4 sheets as it needs, with sums carried over."""

from collections.abc import Sequence
from decimal import Decimal

from app.printing.letterhead import BOTTOM, HEAD_HEIGHT, Heading, footer, letterhead
from app.printing.pagination import pages
from app.printing.paper import Paper
from app.printing.tables import Row, Table

LIMIT = BOTTOM - 24
_GAP = 14


def table_over_sheets(
    paper: Paper, heading: Heading, table: Table, rows: Sequence[Row], y: float, tail: float
) -> tuple[float, int]:
    """Draw the rows from `y` on, so that a tail of that height fits under the last one.

    Returns where the tail begins, and how many sheets there are; the last footer is the caller's.
    """
    y += _GAP
    cuts = pages(
        [table.height(row) for row in rows],
        LIMIT - y - table.head_height - table.carry_height,
        LIMIT - HEAD_HEIGHT - _GAP - table.head_height - 2 * table.carry_height,
        tail - table.carry_height,
    )
    carried = Decimal(0)
    for number, (start, stop) in enumerate(cuts, start=1):
        if number > 1:
            footer(paper, heading, len(cuts))
            paper.turn()
            y = letterhead(paper, heading) + _GAP
        y = table.head(paper, y)
        if number > 1:
            y = table.carried(paper, y, "承上頁", carried)
        for row in rows[start:stop]:
            y = table.row(paper, y, row)
            carried += row.amount
        if number < len(cuts):
            table.carried(paper, y, "過次頁", carried)
    return y, len(cuts)
