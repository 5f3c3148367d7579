"""The A4 delivery note: what the driver must see from a metre away, the goods, the tear-off."""

from dataclasses import dataclass
from itertools import pairwise

from app.printing.codes import order_modules
from app.printing.fonts import Face, printable
from app.printing.letterhead import A4, LEFT, RIGHT, SMALL, Heading, footer, letterhead, state_bar
from app.printing.paper import MM, Box, Paper
from app.printing.sheets import LIMIT, table_over_sheets
from app.printing.spoken import spoken_order
from app.printing.tables import Column, Row, Table
from app.printing.typesetting import Block, Type, block, sentence, shrunk
from app.printing.wording import (
    SLOT_HOURS,
    ZONES,
    address_parts,
    collect_remark,
    collect_words,
    count,
    day,
    empties,
    kilograms,
    lent,
    money,
    owed,
    phone,
    price,
    slot,
    totals,
)
from app.wire.orders import OrderBody, OrderLineBody

_WIDTH = RIGHT - LEFT
_AMOUNT = LEFT + 375
_GAP = 14
_CODE = 33 * MM
_STUB = 150
_SAFETY = "聞到瓦斯味：關總開關、開窗、勿開關電器，到屋外撥 119"
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
    paper = Paper(*A4, f"{heading.title} {order.order_id}")
    y = _hero(paper, state_bar(paper, letterhead(paper, heading), order), order)
    y = _facts(paper, y, order)
    rows = [_row(line) for line in order.lines]
    tail = _tail(order)
    y, sheets = table_over_sheets(paper, heading, _TABLE, rows, y, tail.height)
    _sums(paper, y, order, tail)
    _stub(paper, order, heading.shop.shop_phone)
    footer(paper, heading, sheets)
    return paper


def _hero(paper: Paper, y: float, order: OrderBody) -> float:
    """Where to, whom, and the money: the largest things on the sheet."""
    money_box = Box(RIGHT - 172, y + _GAP, 172, 98)
    _money(paper, money_box, order)
    column = money_box.x - LEFT - 22
    county, street = address_parts(order.delivery_address)
    after = paper.left(LEFT, y + _GAP + 9, "送達地址", SMALL)
    paper.left(after + 8, y + _GAP + 9, county, Type(Face.MEDIUM, 11))
    address = block(printable(street), Type(Face.BOLD, 25), column, 2, 13)
    bottom = paper.lines(LEFT, y + _GAP + 13, address) + 6
    name = block(printable(order.customer_name), Type(Face.BOLD, 16), column, 2, 11)
    bottom = paper.lines(LEFT, bottom, name)
    number = phone(order.contact_phone) or "無電話"
    kind = shrunk(number, Type(Face.MEDIUM, 16), column - 100, 5)
    after = paper.left(LEFT, bottom + 19, number, kind)
    paper.left(after + 12, bottom + 19, f"客戶編號 {order.customer_id}", SMALL.sized(9))
    return max(bottom + 23, money_box.bottom) + _GAP


def _money(paper: Paper, box: Box, order: OrderBody) -> None:
    label, figure = collect_words(order)
    paper.frame(box, 1.4)
    paper.left(box.x + 12, box.y + 21, label, Type(Face.BOLD, 13))
    kind = shrunk(figure, Type(Face.BOLD, 45), box.width - 24, 16)
    paper.right(box.right - 12, box.y + 66, figure, kind)
    paper.right(box.right - 12, box.y + 86, collect_remark(order), Type(Face.MEDIUM, 10))


def _facts(paper: Paper, y: float, order: OrderBody) -> float:
    """Five figures side by side: day, part of the day, zone, and the cylinders."""
    cells = (
        ("送達日", day(order.delivery_date), "", 0.0),
        ("時段", slot(order), SLOT_HOURS[order.time_slot], 0.23),
        ("區域", ZONES[order.zone], "", 0.515),
        ("收空桶", *_pieces(empties(order)), 0.635),
        ("押桶", *_pieces(lent(order)), 0.775),
        ("欠桶", *_pieces(owed(order)), 0.89),
    )
    paper.rule(LEFT, y, RIGHT, 0.8)
    ends = (*(LEFT + _WIDTH * at for *_, at in cells), RIGHT)
    for (label, value, unit, _), (x, right) in zip(cells, pairwise(ends), strict=True):
        inset = x + (0 if x == LEFT else 9)
        if x > LEFT:
            paper.upright(x, y + 7, y + 43)
        paper.left(inset, y + 15, label, SMALL)
        room = right - inset - SMALL.sized(9).width(unit) - 5
        end = paper.left(inset, y + 39, value, shrunk(value, Type(Face.BOLD, 20), room, 9))
        paper.left(end + 3, y + 39, unit, SMALL.sized(9))
    paper.rule(LEFT, y + 50, RIGHT, 0.8)
    return y + 50


def _pieces(number: int) -> tuple[str, str]:
    return count(number), "支" if number else ""


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
    said = sentence(printable(spoken_order(order)), Type(Face.MEDIUM, 15), _WIDTH - 14, 2, 10)
    note = block(printable(order.note), Type(Face.MEDIUM, 12), _NOTE_WIDTH, 4, 9)
    sums = 15 * len(totals(order)) + 40
    upper = max(note.height + 24, sums, _CODE + 26)
    return _Tail(said, note, upper + said.height + 26 + _STUB)


def _sums(paper: Paper, y: float, order: OrderBody, tail: _Tail) -> None:
    """Note, sum and code beside each other, the spoken order beneath."""
    if order.note:
        paper.left(LEFT, y + 16, "備註", SMALL)
        paper.lines(LEFT, y + 20, tail.note)
    bottom = _sum_column(paper, y, order)
    paper.code(Box(RIGHT - _CODE, y + 12, _CODE, _CODE), order_modules(order))
    paper.centred(RIGHT - _CODE / 2, y + _CODE + 23, "訂單備援碼", SMALL.sized(7))
    note_bottom = y + 24 + tail.note.height
    y = max(bottom, note_bottom, y + _CODE + 26) + 10
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


def _stub(paper: Paper, order: OrderBody, shop_phone: str) -> None:
    """The part that the driver brings back: figures to write in, and a signature."""
    top = LIMIT - _STUB + 32
    emergency = f"{_SAFETY}，並通知 {phone(shop_phone)}" if shop_phone else _SAFETY
    paper.left(LEFT, top - 9, printable(emergency), SMALL.sized(9))
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
