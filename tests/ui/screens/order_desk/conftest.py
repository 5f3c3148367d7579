"""The order desk, shown, and an order taken on it."""

from collections.abc import Callable

import pytest

from tests.ui.conftest import Keyboard, settle
from tests.ui.sample_desks import SampleCounter
from ui.screens.order_desk import OrderDesk
from ui.widgets.order.state import Phase

PHONE = "0227001234"


@pytest.fixture
def desk(counter: SampleCounter, shown: Callable[..., object]) -> OrderDesk:
    screen = OrderDesk(
        counter.customers, counter.orders, counter.calls, counter.documents, counter.live
    )
    shown(screen)
    screen.take_focus()
    return screen


async def opened(desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard) -> None:
    """A known caller rings and the clerk opens the order."""
    counter.calls.ring(PHONE)
    await settle(lambda: desk.state.phase is Phase.CARD)
    keyboard.press("Enter")


def quantity(desk: OrderDesk, at: int = 0) -> int:
    assert desk.state.order is not None
    return desk.state.order.draft.lines[at].quantity
