"""The A4 statement that precedes an invoice; it says in a frame that it is none."""

from app.printing.fonts import Face, printable
from app.printing.letterhead import A4, LEFT, RIGHT, SMALL, Heading, footer, letterhead, state_bar
from app.printing.numerals import capital_amount
from app.printing.paper import Box, Paper
from app.printing.sheets import table_over_sheets
from app.printing.statement import Statement, not_on_invoice, statement
from app.printing.tables import Column, Row, Table
from app.printing.typesetting import Type, block, shrunk
from app.printing.wording import INVOICES, PAYMENTS, count, full_day, money, phone, price
from app.wire.orders import OrderBody

DISCLAIMER = "非統一發票，發票於送達時開立"
_WIDTH = RIGHT - LEFT
_CELL = 17.0
_FACTS = RIGHT - 8 * _CELL
_BODY = Type(Face.REGULAR, 11)
_FIGURE = Type(Face.MEDIUM, 11)
_TABLE = Table(
    x=LEFT,
    right=RIGHT,
    name_title="品名",
    name_width=250,
    columns=(
        Column("數量", LEFT + 310, 45),
        Column("單價", LEFT + 405, 85),
        Column("金額", RIGHT, 95),
    ),
    carry=2,
)


def draw_invoice_sheet(heading: Heading) -> Paper:
    """Draw the statement on as many sheets as it needs; the sums stand on the last."""
    order = heading.order
    figures = statement(order)
    paper = Paper(*A4, f"{heading.title} {order.order_id}")
    top = state_bar(paper, letterhead(paper, heading), order)
    y = _buyer(paper, _disclaimer(paper, top), order)
    rows = [
        Row(
            line.description,
            (count(line.quantity), price(line.unit_price), money(line.amount)),
            line.amount,
        )
        for line in figures.lines
    ]
    tail = 156 + 16 * len(not_on_invoice(order))
    y, sheets = table_over_sheets(paper, heading, _TABLE, rows, y, tail)
    y = _capitals(paper, _sums(paper, y, figures), figures)
    _settled_apart(paper, y, order)
    footer(paper, heading, sheets)
    return paper


def _disclaimer(paper: Paper, y: float) -> float:
    frame = Box(LEFT, y + 10, _WIDTH, 28)
    paper.frame(frame, 1.2)
    kind = Type(Face.BOLD, 14, tracking=2)
    paper.centred(LEFT + _WIDTH / 2, frame.y + 19.5, DISCLAIMER, kind)
    return frame.bottom


def _buyer(paper: Paper, y: float, order: OrderBody) -> float:
    """Who buys, at the left; the facts of the document, at the right."""
    top = y + 22
    column = _FACTS - LEFT - 28
    paper.left(LEFT, top, "買受人", SMALL)
    name = block(printable(order.customer_name), Type(Face.BOLD, 16), column, 2, 11)
    left = paper.lines(LEFT, top + 5, name) + 3
    address = block(printable(order.delivery_address), _BODY, column, 2, 9)
    left = paper.lines(LEFT, left, address) + 3
    paper.left(LEFT, left + 11, phone(order.contact_phone), _FIGURE)
    paper.left(_FACTS, top, "統一編號", SMALL)
    if order.tax_id:
        _boxed_digits(paper, top + 6, order.tax_id)
    else:
        paper.left(_FACTS, top + 20, "個人（無統一編號）", _BODY)
    y = top + 42
    for label, value in (
        ("訂購日期", full_day(order.order_date)),
        ("發票聯式", INVOICES[order.invoice_type]),
        ("付款方式", PAYMENTS[order.payment_method]),
        ("客戶編號", order.customer_id),
    ):
        paper.left(_FACTS, y, label, SMALL)
        paper.right(RIGHT, y, value, shrunk(printable(value), Type(Face.MEDIUM, 10), 95, 6))
        y += 15
    return max(left + 16, y - 8)


def _boxed_digits(paper: Paper, y: float, tax_id: str) -> None:
    """A tax id as forms show it: a box for each digit."""
    for position, digit in enumerate(tax_id):
        box = Box(_FACTS + position * _CELL, y, _CELL, 20)
        paper.frame(box, 0.6)
        paper.centred(box.x + _CELL / 2, y + 14.5, digit, Type(Face.MEDIUM, 13))


def _sums(paper: Paper, y: float, figures: Statement) -> float:
    """Sales and tax apart for a business; for a consumer the total with the tax inside."""
    label = LEFT + 330
    y += 6
    paper.left(LEFT, y + 13, "課稅別　應稅 ■　零稅率 □　免稅 □", Type(Face.REGULAR, 10))
    before = (("銷售額合計", figures.sales), ("營業稅 5%", figures.tax))
    for name, amount in before if figures.is_business else (("內含營業稅", figures.tax),):
        paper.left(label, y + 13, name, _BODY)
        paper.right(RIGHT, y + 13, money(amount), _FIGURE)
        y += 17
    paper.rule(label, y + 5, RIGHT, 0.8)
    name = "總計" if figures.is_business else "總計（含稅）"
    paper.left(label, y + 25, name, Type(Face.BOLD, 13))
    total = f"${money(figures.total)}"
    paper.right(RIGHT, y + 26, total, shrunk(total, Type(Face.BOLD, 20), 100, 9))
    return y + 40


def _capitals(paper: Paper, y: float, figures: Statement) -> float:
    """The total in capital numerals between two lines, as nobody can alter it."""
    words = capital_amount(figures.total)
    paper.rule(LEFT, y, RIGHT, 0.8)
    start = paper.left(LEFT, y + 19, "總計金額", SMALL) + 12
    kind = shrunk(words, Type(Face.BOLD, 15, tracking=1), RIGHT - start, 7)
    paper.left(start, y + 20, words, kind)
    paper.rule(LEFT, y + 30, RIGHT, 0.8)
    return y + 30


def _settled_apart(paper: Paper, y: float, order: OrderBody) -> None:
    """What is paid with the order and is not on the invoice, and what is payable in all."""
    parts = not_on_invoice(order)
    y += 6
    if parts:
        paper.left(LEFT, y + 13, "不列入發票之款項", SMALL.sized(9))
    for name, amount in parts:
        paper.left(LEFT + 330, y + 13, name, Type(Face.REGULAR, 10))
        paper.right(RIGHT, y + 13, money(amount), Type(Face.MEDIUM, 10))
        y += 16
    paper.left(LEFT + 330, y + 14, "本單應付", Type(Face.BOLD, 11))
    paper.right(RIGHT, y + 14, f"${money(order.payable)}", Type(Face.BOLD, 12))
