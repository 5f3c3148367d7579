"""The steps of the tour: from the first sign-in to prices that arrive while nobody looks."""

import asyncio
import csv
from collections.abc import Awaitable, Callable

from PySide6.QtWidgets import QApplication

from app.demo.evidence import NotAsExpected, compare, kept_orders, unsent
from app.demo.eyes import sees
from app.demo.scene import FIRST_CALLER_ID, Scene
from app.demo.waiting import until

CALLER, CALLER_NAME = "0912345678", "王大明"
PRICE_COLUMNS = ("產品編號", "品名", "規格", "單價")
NEW_PRICE = 861

Walked = Callable[[Scene], Awaitable[str]]


async def wrong_password(scene: Scene) -> str:
    """A wrong password is said beside the field."""
    await scene.see("登入")
    scene.keys.write("demo")
    scene.keys.press("Return")
    scene.keys.write("wrong")
    scene.keys.press("Return")
    await scene.see("密碼不對")
    if scene.desks.session.current is not None:
        raise NotAsExpected("a wrong password signed somebody in")
    return "refused beside the field"


async def sign_in(scene: Scene) -> str:
    """The right password, typed over the wrong one."""
    scene.keys.press("Ctrl+A")
    scene.keys.write("demo")
    scene.keys.press("Return")
    await until(lambda: scene.desks.session.current is not None, "the sign-in", 10)
    return f"register {scene.desks.session.register:02}"


async def first_copy(scene: Scene) -> str:
    """The shop's customers, products and prices arrive."""
    seconds = await until(lambda: scene.counter.database.has_reference, "the first copy", 300)
    await until(lambda: scene.desks.office.status().bootstrap is None, "the catching up", 60)
    return f"there after {seconds:.1f} s"


async def call_comes_in(scene: Scene) -> str:
    """The card of the caller appears and nothing takes the focus."""
    before = QApplication.focusWidget()
    scene.line.ring(1, CALLER)
    seconds = await scene.see(CALLER_NAME)
    if QApplication.focusWidget() is not before:
        raise NotAsExpected("the ring took the focus")
    return f"card after {seconds * 1000:.0f} ms"


async def open_order(scene: Scene) -> str:
    """Enter opens an order like the last one."""
    card = scene.desks.customers.card(FIRST_CALLER_ID)
    if card is None:
        raise NotAsExpected("the caller has no card")
    usual = sum(line.quantity for line in card.last_orders[0].lines)
    scene.keys.press("Return")
    quote = await scene.quoted(usual)
    return f"{usual} cylinders as last time, {quote.payable:,}"


async def change_quantity(scene: Scene) -> str:
    """A digit replaces the quantity, and the quote follows."""
    scene.keys.write("2")
    quote = await scene.quoted(2)
    return (
        f"goods {quote.goods:,} + tax {quote.tax:,} + fee {quote.delivery_fee:,}"
        f" = {quote.payable:,}"
    )


async def rule_beside_the_field(scene: Scene) -> str:
    """三聯 needs a valid tax id, and this customer's is not: said beside the field, not saved."""
    scene.keys.press("Alt+5")
    scene.keys.press("Return")
    scene.keys.press("Right")
    scene.keys.press("Ctrl+Return")
    await scene.see("12345678 不正確")
    scene.photograph("refused-in-place")
    if kept_orders(scene.counter):
        raise NotAsExpected("an order that breaks a rule was saved")
    scene.keys.press("Alt+5")
    scene.keys.press("Return")
    scene.keys.press("Left")
    await until(lambda: not sees(scene.window, "12345678 不正確"), "the mended invoice type", 5)
    return "refused in place, mended"


async def save_and_send(scene: Scene) -> str:
    """Ctrl+Enter saves; the office has it by itself and has reserved the credit.

    How long that took is told, not judged: a machine may be busy with other things.
    """
    scene.keys.press("Ctrl+Return")
    saving = await until(lambda: kept_orders(scene.counter), "saving", 5)
    sending = await until(lambda: unsent(scene.counter) == 0, "sending", 5)
    (order,) = await compare(scene.counter, scene.office)
    await scene.see(order.order_id)
    return f"{order.order_id}: saved in {saving:.2f} s, at the office {sending:.2f} s later"


async def papers(scene: Scene) -> str:
    """Slip and statement, A4 and 57 mm."""
    (order,) = kept_orders(scene.counter)
    files = scene.desks.documents.files
    await until(lambda: len(files(order.order_uid)) == 4, "the papers", 20)
    return scene.keep_papers(files(order.order_uid))


async def pull_the_cable(scene: Scene) -> str:
    """The link is gone and the status bar says so."""
    scene.keys.press("F12")
    await until(lambda: scene.desks.office.status().cable_unplugged, "the pulled cable", 5)
    seconds = await scene.see("離線")
    return f"said after {seconds:.2f} s"


async def order_without_the_office(scene: Scene) -> str:
    """The same three keys; the order is saved and waits."""
    caller = scene.somebody(on_account=True)
    scene.line.ring(2, caller)
    (customer,) = scene.desks.customers.by_phone(caller)
    await scene.see(customer.name)
    scene.keys.press("Return")
    scene.photograph("credit-from-the-copy")
    scene.keys.press("Ctrl+Return")
    await until(lambda: len(kept_orders(scene.counter)) == 2, "saving offline", 10)
    await scene.see("待傳")
    return f"{unsent(scene.counter)} waits"


async def withheld_number(scene: Scene) -> str:
    """The number is withheld: the digits that the customer says find the card."""
    digits = scene.somebody(on_account=False)
    scene.line.ring(1, None)
    before = scene.keys.count
    scene.keys.write(digits[-4:])
    scene.keys.press("Return")
    scene.keys.press("Return")
    scene.keys.press("Ctrl+Return")
    await until(lambda: len(kept_orders(scene.counter)) == 3, "the third order", 10)
    return f"found by {digits[-4:]}, {scene.keys.count - before} keys"


async def what_waits(scene: Scene) -> str:
    """The queue as people see it."""
    scene.keys.press("F4")
    order = kept_orders(scene.counter)[1]
    await scene.see_cell(order.order_id)
    waiting = scene.desks.office.status().waiting
    if waiting != 2:
        raise NotAsExpected(f"{waiting} messages wait, not 2")
    return "2 wait"


async def plug_it_in(scene: Scene) -> str:
    """The queue empties by itself, in order, each order once."""
    scene.keys.press("F12")
    seconds = await until(lambda: unsent(scene.counter) == 0, "an empty queue", 40)
    await compare(scene.counter, scene.office)
    await scene.see("線上")
    return f"empty after {seconds:.2f} s"


async def prices_arrive(scene: Scene) -> str:
    """The office changes a price; the counter has it without being asked."""
    path = scene.report.folder / "new-price.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([PRICE_COLUMNS, ("P001", "20kg 瓦斯桶", "20KG", NEW_PRICE)])
    await asyncio.to_thread(scene.office.command, "import", "products", str(path))
    seconds = await until(lambda: scene.list_price("P001") == NEW_PRICE, "the new price", 30)
    return f"P001 costs {NEW_PRICE}, {seconds:.2f} s after the import"


async def todays_orders(scene: Scene) -> str:
    """Everything that was taken today, by anybody."""
    scene.keys.press("F3")
    await scene.see_cell(kept_orders(scene.counter)[0].order_id)
    return f"{len(kept_orders(scene.counter))} orders"


async def compare_both_databases(scene: Scene) -> str:
    """Every order is at the office once, with its total and its reserved credit."""
    scene.report.orders[:] = await compare(scene.counter, scene.office)
    return f"{len(scene.report.orders)} orders agree"


STEPS: tuple[Walked, ...] = (
    wrong_password,
    sign_in,
    first_copy,
    call_comes_in,
    open_order,
    change_quantity,
    rule_beside_the_field,
    save_and_send,
    papers,
    pull_the_cable,
    order_without_the_office,
    withheld_number,
    what_waits,
    plug_it_in,
    prices_arrive,
    todays_orders,
    compare_both_databases,
)
