"""The delivery note on a 57 mm strip, in the order in which the driver needs it."""

from app.printing.codes import order_modules
from app.printing.fonts import Face
from app.printing.letterhead import Heading, missing_note, taken_by
from app.printing.paper import Paper
from app.printing.spoken import spoken_order
from app.printing.strips import Strip
from app.printing.typesetting import Type
from app.printing.wording import (
    REPRINT,
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
    notice,
    owed,
    phone,
    price,
    slot,
    totals,
)
from app.wire.orders import OrderBody, OrderLineBody

SMALL = Type(Face.REGULAR, 7.5)
BODY = Type(Face.REGULAR, 9.5)
STRONG = Type(Face.BOLD, 10)


def draw_slip_strip(heading: Heading) -> Paper:
    """Draw the note: where and when, what, how much, and the code that carries the order."""
    order = heading.order
    strip = Strip()
    strip_head(strip, heading)
    _destination(strip, order)
    for line in order.lines:
        _goods(strip, line)
    strip.rule()
    for label, figure in totals(order):
        strip.pair(label, figure, BODY)
    strip.rule(weight=1.2)
    _money(strip, order)
    _cylinders(strip, order)
    strip.text(spoken_order(order), Type(Face.MEDIUM, 9.5), phrases=True)
    strip.gap(4)
    strip.code(order_modules(order))
    strip_foot(strip, heading)
    return strip.draw(f"送貨單 {order.order_id}")


def strip_head(strip: Strip, heading: Heading) -> None:
    """Shop, title and number, and what nobody may overlook."""
    strip.centred(heading.shop.shop_name, Type(Face.MEDIUM, 10))
    mark = f"（{REPRINT}）" if heading.reprint else ""
    strip.centred(heading.title + mark, Type(Face.BOLD, 15, tracking=1))
    version = f" 第 {heading.order.revision} 版" if heading.order.revision > 1 else ""
    strip.centred(heading.order.order_id + version, Type(Face.MEDIUM, 9.5))
    text = notice(heading.order)
    if text:
        strip.gap(3)
        strip.bar(text)
    strip.rule()


def strip_foot(strip: Strip, heading: Heading) -> None:
    """By whom and when, and which characters the font lacks."""
    strip.text(taken_by(heading.order), SMALL)
    strip.text(f"{heading.shop.shop_name} {phone(heading.shop.shop_phone)}", SMALL)
    note = missing_note(heading.order, heading.shop)
    if note:
        strip.text(note, SMALL)


def _destination(strip: Strip, order: OrderBody) -> None:
    strip.pair(day(order.delivery_date), slot(order), Type(Face.BOLD, 15))
    strip.pair(ZONES[order.zone], SLOT_HOURS[order.time_slot], SMALL)
    strip.gap(3)
    county, street = address_parts(order.delivery_address)
    if county:
        strip.text(county, SMALL)
    strip.text(street, Type(Face.BOLD, 14))
    strip.gap(2)
    strip.text(order.customer_name, Type(Face.BOLD, 11))
    strip.pair(
        phone(order.contact_phone) or "無電話",
        order.customer_id,
        Type(Face.MEDIUM, 12),
        figure_kind=SMALL,
    )
    if order.note:
        strip.gap(2)
        strip.text(f"備註：{order.note}", Type(Face.MEDIUM, 9.5))
    strip.rule()


def _goods(strip: Strip, line: OrderLineBody) -> None:
    strip.pair(line.description, f"× {count(line.quantity)}", STRONG)
    strip.pair(f"單價 {price(line.unit_price)}", money(line.amount), BODY)
    if line.deposits:
        strip.text(f"押桶 {line.deposits} 支，押金 {money(line.deposit_amount)}", SMALL)
    if line.residual_credit:
        weight = kilograms(line.residual_kg)
        strip.text(f"殘氣 {weight} 公斤，退 {money(line.residual_credit)}", SMALL)


def _money(strip: Strip, order: OrderBody) -> None:
    label, figure = collect_words(order)
    strip.pair(label, collect_remark(order), Type(Face.BOLD, 11), figure_kind=Type(Face.MEDIUM, 10))
    strip.pair("", figure, BODY, figure_kind=Type(Face.BOLD, 32))
    strip.rule(weight=1.2)


def _cylinders(strip: Strip, order: OrderBody) -> None:
    strip.pair("收空桶", f"{empties(order)} 支", Type(Face.BOLD, 14))
    for label, number in (("押桶", lent(order)), ("欠桶", owed(order))):
        if number:
            strip.pair(label, f"{number} 支", Type(Face.BOLD, 11))
    strip.rule()
