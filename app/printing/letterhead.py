"""The head of every A4 document, and the mark of what its fonts could not print."""

from dataclasses import dataclass

from app.printing.fonts import MISSING_SORT, Face, missing, printable
from app.printing.paper import MM, Box, Paper
from app.printing.typesetting import Type, shrunk
from app.printing.wording import REPRINT, moment, notice, phone, register_of
from app.wire.orders import OrderBody
from app.wire.registers import RegisterLease

A4 = (210 * MM, 297 * MM)
LEFT = 15 * MM
RIGHT = A4[0] - 15 * MM
TOP = 14 * MM
BOTTOM = A4[1] - 12 * MM
HEAD_HEIGHT = TOP + 52
SMALL = Type(Face.REGULAR, 8, ink=0.68)
_NAMED = 8
_TITLE = Type(Face.BOLD, 25, tracking=5)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a document is called, whose it is, and whether it was printed before."""

    title: str
    order: OrderBody
    shop: RegisterLease
    reprint: bool


def letterhead(paper: Paper, heading: Heading) -> float:
    """Draw shop, title and number; returns the lower edge of the head."""
    order, shop = heading.order, heading.shop
    title_begins = paper.right(RIGHT + _TITLE.tracking, TOP + 23, heading.title, _TITLE)
    number = Type(Face.MEDIUM, 11)
    number_begins = paper.right(RIGHT, TOP + 42, order.order_id, number)
    if order.revision > 1:
        paper.right(number_begins - 8, TOP + 42, f"第 {order.revision} 版", SMALL)
    if heading.reprint:
        title_begins = _reprint_mark(paper, title_begins)
    column = title_begins - LEFT - 16
    name = printable(shop.shop_name)
    paper.left(LEFT, TOP + 22, name, shrunk(name, Type(Face.BOLD, 16), column, 8))
    about = printable(_about(shop))
    paper.left(LEFT, TOP + 42, about, shrunk(about, SMALL, number_begins - LEFT - 60, 5))
    paper.rule(LEFT, HEAD_HEIGHT, RIGHT, 1.4)
    return HEAD_HEIGHT


def state_bar(paper: Paper, y: float, order: OrderBody) -> float:
    """A black bar for an order that must not go out as it is; returns the lower edge."""
    text = notice(order)
    if not text:
        return y
    bar = Box(LEFT, y + 8, RIGHT - LEFT, 26)
    paper.fill(bar)
    kind = Type(Face.BOLD, 14, ink=0, tracking=2)
    paper.centred((LEFT + RIGHT) / 2, bar.y + 18.5, text, kind)
    return bar.bottom


def footer(paper: Paper, heading: Heading, pages: int) -> None:
    """Draw where, by whom and when the order was taken, and the page."""
    kind = SMALL.sized(7.5)
    page_begins = paper.right(RIGHT, BOTTOM, f"第 {paper.page} 頁，共 {pages} 頁", kind)
    taken = printable(taken_by(heading.order))
    paper.left(LEFT, BOTTOM, taken, shrunk(taken, kind, page_begins - LEFT - 12, 4))
    note = missing_note(heading.order, heading.shop)
    if note:
        paper.right(RIGHT, BOTTOM - 11, note, kind)


def taken_by(order: OrderBody) -> str:
    """Register, clerk, moment and price list of an order."""
    return (
        f"機台 {register_of(order)} · 承辦 {order.clerk} · 接單 {moment(order.taken_at)}"
        f" · 價目 {order.price_version}"
    )


def missing_note(order: OrderBody, shop: RegisterLease) -> str:
    """Which characters were printed as 〓, by their numbers; nothing when all were printed."""
    texts = (shop.shop_name, shop.shop_address, order.customer_name, order.delivery_address)
    names = (line.description for line in order.lines)
    lost = missing("".join((*texts, order.note, order.clerk, *names)))
    if not lost:
        return ""
    numbers = " ".join(f"U+{ord(char):04X}" for char in lost[:_NAMED])
    return f"{MISSING_SORT} 字型缺字：{numbers}{'…' if len(lost) > _NAMED else ''}"


def _about(shop: RegisterLease) -> str:
    tax_id = f"統一編號 {shop.shop_tax_id}" if shop.shop_tax_id else ""
    return " · ".join(part for part in (shop.shop_address, phone(shop.shop_phone), tax_id) if part)


def _reprint_mark(paper: Paper, right: float) -> float:
    kind = Type(Face.BOLD, 13, tracking=1)
    box = Box(right - 52, TOP + 4, 42, 22)
    paper.frame(box, 1.2)
    paper.centred(box.x + box.width / 2 + 0.5, box.y + 16, REPRINT, kind)
    return box.x
