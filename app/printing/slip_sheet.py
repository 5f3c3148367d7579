"""The A4 delivery note: what the driver must see from a metre away, the goods, the tear-off."""

from dataclasses import dataclass
from itertools import pairwise

from app.printing.codes import order_modules
from app.printing.fonts import Face, printable
from app.printing.letterhead import A4, BOTTOM, LEFT, RIGHT, SMALL, TOP, Heading, footer, letterhead
from app.printing.pagination import pages
from app.printing.paper import MM, Box, Paper
from app.printing.spoken import spoken_order
from app.printing.tables import Column, Row, Table
from app.printing.typesetting import Block, Type, block, shrunk
from app.printing.wording import (
    SLOT_HOURS,
    ZONES,
    collect_words,
    count,
    day,
    empties,
    kilograms,
    lent,
    money,
    notice,
    owed,
    phone,
    price,
    slot,
    to_collect,
    totals,
)
from app.wire.orders import OrderBody, OrderLineBody

_WIDTH = RIGHT - LEFT
_AMOUNT = LEFT + 375
_GAP = 14
_CODE = 33 * MM
_STUB = 132
_NOTE_WIDTH = 215
_TABLE = Table(
    x=LEFT,
    right=RIGHT,
    name_title="品名",
    name_width=195,
    columns=(
        Column("數量", LEFT + 235, 36),
        Column("單價", LEFT + 300, 60),
        Column("金額", _AMOUNT, 70),
        Column("收空桶", LEFT + 424, 36),
        Column("押桶", LEFT + 467, 36),
        Column("欠桶", RIGHT, 36),
    ),
    carry=2,
)


@dataclass(frozen=True, slots=True)
class _Tail:
    """What follows the table, measured before the pages are cut."""

    sentence: Block
    note: Block
    height: float


def draw_slip_sheet(heading: Heading) -> Paper:
    """Draw the note on as many sheets as it needs; everything from the sum on is on the last."""
    order = heading.order
    paper = Paper(*A4, f"送貨單 {order.order_id}")
    y = _hero(paper, _notice(paper, letterhead(paper, heading), order), order)
    y = _facts(paper, y, order) + _GAP
    rows = [_row(line) for line in order.lines]
    tail = _tail(order)
    limit = BOTTOM - 24
    cuts = pages(
        [_TABLE.height(row) for row in rows],
        limit - y - 14 - _TABLE.carry_height,
        limit - TOP - 52 - _GAP - 14 - 2 * _TABLE.carry_height,
        tail.height - _TABLE.carry_height,
    )
    carried = order.goods * 0
    for start, stop in cuts:
        if start:
            footer(paper, heading, len(cuts))
            paper.turn()
            y = letterhead(paper, heading) + _GAP
        y = _TABLE.head(paper, y)
        if start:
            y = _TABLE.carried(paper, y, "承上頁", carried)
        for row in rows[start:stop]:
            y = _TABLE.row(paper, y, row)
            carried += row.amount
        if stop < len(rows):
            _TABLE.carried(paper, y, "過次頁", carried)
    _sums(paper, y, order, tail)
    _stub(paper, order)
    footer(paper, heading, len(cuts))
    return paper


def _notice(paper: Paper, y: float, order: OrderBody) -> float:
    """A black bar for an order that must not go out as it is."""
    text = notice(order)
    if not text:
        return y
    bar = Box(LEFT, y + 8, _WIDTH, 26)
    paper.fill(bar)
    paper.centred(LEFT + _WIDTH / 2, bar.y + 18.5, text, Type(Face.BOLD, 14, ink=0, tracking=2))
    return bar.bottom


def _hero(paper: Paper, y: float, order: OrderBody) -> float:
    """Where to, whom, and the money: the largest things on the sheet."""
    money_box = Box(RIGHT - 172, y + _GAP, 172, 92)
    _money(paper, money_box, order)
    column = money_box.x - LEFT - 22
    paper.left(LEFT, y + _GAP + 8, "送達地址", SMALL)
    address = block(printable(order.delivery_address), Type(Face.BOLD, 23), column, 2, 13)
    bottom = paper.lines(LEFT, y + _GAP + 13, address) + 7
    name = block(printable(order.customer_name), Type(Face.BOLD, 15), column, 2, 11)
    bottom = paper.lines(LEFT, bottom, name)
    number = Type(Face.MEDIUM, 15)
    after = paper.left(LEFT, bottom + 17, phone(order.contact_phone) or "無電話", number)
    paper.left(after + 12, bottom + 17, f"客戶編號 {order.customer_id}", SMALL.sized(9))
    return max(bottom + 22, money_box.bottom) + _GAP


def _money(paper: Paper, box: Box, order: OrderBody) -> None:
    label, figure = collect_words(order)
    paper.frame(box, 1.4)
    paper.left(box.x + 12, box.y + 20, label, Type(Face.BOLD, 13))
    kind = shrunk(figure, Type(Face.BOLD, 44), box.width - 24, 16)
    paper.right(box.right - 12, box.y + 60, figure, kind)
    small = Type(Face.MEDIUM, 10)
    if to_collect(order):
        paper.right(box.right - 12, box.y + 80, "貨到付款" if label == "應收現金" else "", small)
    else:
        paper.right(box.right - 12, box.y + 80, f"本單金額 ${money(order.payable)}", small)


def _facts(paper: Paper, y: float, order: OrderBody) -> float:
    """Five figures side by side: day, part of the day, zone, and the cylinders."""
    cells = (
        ("送達日", day(order.delivery_date), "", 0.0),
        ("時段", slot(order), SLOT_HOURS[order.time_slot], 0.235),
        ("區域", ZONES[order.zone], "", 0.52),
        ("收空桶", count(empties(order)), "支", 0.66),
        ("押桶", count(lent(order)), "支", 0.79),
        ("欠桶", count(owed(order)), "支", 0.9),
    )
    paper.rule(LEFT, y, RIGHT, 0.8)
    ends = (*(LEFT + _WIDTH * at for *_, at in cells), RIGHT)
    for (label, value, unit, _), (x, right) in zip(cells, pairwise(ends), strict=True):
        inset = x + (0 if x == LEFT else 9)
        if x > LEFT:
            paper.upright(x, y + 7, y + 43)
        paper.left(inset, y + 15, label, SMALL)
        kind = shrunk(value, Type(Face.BOLD, 20), right - inset - 32, 9)
        paper.left(paper.left(inset, y + 38, value, kind) + 3, y + 38, unit, SMALL.sized(9))
    paper.rule(LEFT, y + 50, RIGHT, 0.8)
    return y + 50


def _row(line: OrderLineBody) -> Row:
    remarks = []
    if line.deposits:
        remarks.append(f"押金 ${money(line.deposit_amount)}")
    if line.residual_credit:
        weight = kilograms(line.residual_kg)
        remarks.append(f"殘氣 {weight} 公斤，退 ${money(line.residual_credit)}")
    figures = (count(line.quantity), price(line.unit_price), money(line.amount))
    cylinders = (count(line.empties), count(line.deposits), count(line.owed))
    return Row(line.description, (*figures, *cylinders), line.amount, "；".join(remarks))


def _tail(order: OrderBody) -> _Tail:
    said = block(printable(spoken_order(order)), Type(Face.MEDIUM, 15), _WIDTH - 14, 2, 10)
    note = block(printable(order.note), Type(Face.MEDIUM, 12), _NOTE_WIDTH, 3, 9)
    sums = 15 * len(totals(order)) + 40
    upper = max(note.height + 24, sums, _CODE + 16)
    return _Tail(said, note, upper + said.height + 26 + _STUB)


def _sums(paper: Paper, y: float, order: OrderBody, tail: _Tail) -> None:
    """Note, sum and code beside each other, the spoken order beneath."""
    if order.note:
        paper.left(LEFT, y + 16, "備註", SMALL)
        paper.lines(LEFT, y + 20, tail.note)
    bottom = _sum_column(paper, y, order)
    paper.code(Box(RIGHT - _CODE, y + 12, _CODE, _CODE), order_modules(order))
    note_bottom = y + 24 + tail.note.height
    y = max(bottom, note_bottom, y + _CODE + 16) + 10
    paper.fill(Box(LEFT, y, 3, tail.sentence.height + 4))
    paper.lines(LEFT + 14, y + 1, tail.sentence)


def _sum_column(paper: Paper, y: float, order: OrderBody) -> float:
    left = LEFT + 240
    y += 4
    for label, figure in totals(order):
        y += 15
        paper.left(left, y, label, Type(Face.REGULAR, 10))
        paper.right(_AMOUNT, y, figure, Type(Face.MEDIUM, 10.5))
    paper.rule(left, y + 7, _AMOUNT, 0.8)
    paper.left(left, y + 24, "合計", Type(Face.BOLD, 12))
    figure = money(order.payable)
    paper.right(_AMOUNT, y + 24, figure, shrunk(figure, Type(Face.BOLD, 16), 90, 9))
    return y + 28


def _stub(paper: Paper, order: OrderBody) -> None:
    """The part that the driver brings back: figures to write in, and a signature."""
    top = BOTTOM - 24 - _STUB + 14
    paper.rule(LEFT, top, RIGHT, 0.6, dashed=True)
    paper.left(LEFT, top + 18, "司機回條", Type(Face.BOLD, 12, tracking=1))
    paper.left(LEFT + 62, top + 18, "請沿虛線撕下交回", SMALL)
    paper.right(RIGHT, top + 18, order.order_id, Type(Face.MEDIUM, 11))
    who = printable(f"{order.customer_name}　{order.delivery_address}")
    kind = Type(Face.REGULAR, 10)
    first = block(who, kind, _WIDTH, 1, 7)
    paper.lines(LEFT, top + 25, first)
    label, figure = collect_words(order)
    y = top + 25 + first.height + 28
    for x, to, name, hint in (
        (0.0, 0.3, "實收金額", f"{label} {figure}"),
        (0.34, 0.56, "收回空桶", f"應收 {empties(order)} 支"),
        (0.6, 0.78, "殘氣公斤", ""),
        (0.82, 1.0, "送達時間", ""),
    ):
        _blank(paper, (LEFT + _WIDTH * x, LEFT + _WIDTH * to), y, (name, hint))
    for x, to, name in ((0.0, 0.3, "司機"), (0.34, 1.0, "客戶簽收")):
        _blank(paper, (LEFT + _WIDTH * x, LEFT + _WIDTH * to), y + 32, (name, ""))


def _blank(paper: Paper, span: tuple[float, float], y: float, words: tuple[str, str]) -> None:
    """A line to write on, its name at the left and the expected figure above its end."""
    paper.left(span[0], y - 3, words[0], SMALL.sized(9))
    paper.right(span[1], y - 16, words[1], SMALL)
    paper.rule(span[0], y, span[1])
