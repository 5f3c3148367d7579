"""The statement that precedes an invoice, on a 57 mm strip."""

from app.printing.fonts import Face
from app.printing.invoice_sheet import DISCLAIMER
from app.printing.letterhead import Heading
from app.printing.numerals import capital_amount
from app.printing.paper import Paper
from app.printing.slip_strip import BODY, SMALL, STRONG, strip_foot, strip_head
from app.printing.statement import StatementLine, not_on_invoice, statement
from app.printing.strips import Strip
from app.printing.typesetting import Type
from app.printing.wording import INVOICES, PAYMENTS, count, full_day, money, price
from app.wire.orders import OrderBody


def draw_invoice_strip(heading: Heading) -> Paper:
    """Draw buyer, lines, sums and what is settled apart; it says that it is no invoice."""
    order = heading.order
    figures = statement(order)
    strip = Strip()
    strip_head(strip, heading)
    strip.bar(DISCLAIMER)
    strip.gap(3)
    _buyer(strip, order)
    for line in figures.lines:
        _line(strip, line)
    strip.rule()
    if figures.is_business:
        strip.pair("銷售額", money(figures.sales), BODY)
        strip.pair("營業稅 5%", money(figures.tax), BODY)
    else:
        strip.pair("內含營業稅", money(figures.tax), BODY)
    strip.rule(weight=1.2)
    strip.pair("總計", f"${money(figures.total)}", STRONG, figure_kind=Type(Face.BOLD, 20))
    strip.text(capital_amount(figures.total), Type(Face.MEDIUM, 9))
    strip.rule(weight=1.2)
    for name, amount in not_on_invoice(order):
        strip.pair(f"{name}（不列入發票）", money(amount), BODY)
    strip.pair("本單應付", f"${money(order.payable)}", STRONG)
    strip.rule()
    strip_foot(strip, heading)
    return strip.draw(f"{heading.title} {order.order_id}")


def _buyer(strip: Strip, order: OrderBody) -> None:
    strip.text(order.customer_name, Type(Face.BOLD, 11))
    if order.tax_id:
        strip.pair("統一編號", order.tax_id, BODY, figure_kind=STRONG)
    strip.pair(full_day(order.order_date), INVOICES[order.invoice_type], SMALL)
    strip.pair(f"客戶編號 {order.customer_id}", PAYMENTS[order.payment_method], SMALL)
    strip.rule()


def _line(strip: Strip, line: StatementLine) -> None:
    strip.text(line.description, STRONG)
    strip.pair(f"{count(line.quantity)} × {price(line.unit_price)}", money(line.amount), BODY)
