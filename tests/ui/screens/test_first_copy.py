from collections.abc import Callable

import pytest

from app.services.office import LinkState
from tests.ui.conftest import settle
from tests.ui.sample_desks import LOADING, SampleCounter
from ui.screens.first_copy import FirstCopyScreen
from ui.widgets.text import Text


@pytest.fixture
def screen(counter: SampleCounter, shown: Callable[..., object]) -> FirstCopyScreen:
    made = FirstCopyScreen(counter.office, counter.live)
    shown(made)
    return made


def said(screen: FirstCopyScreen) -> str:
    return " ".join(text.text() for text in screen.progress.findChildren(Text))


async def test_phase_percent_rate_and_time_left_are_shown(
    screen: FirstCopyScreen, counter: SampleCounter
) -> None:
    counter.office.tell(has_copy=False, bootstrap=LOADING)
    await settle(lambda: "43%" in said(screen))
    assert "Downloading" in said(screen)
    assert "23,100 rows per second" in said(screen)
    assert "12 s left" in said(screen)


async def test_an_office_that_does_not_answer_is_said_with_what_to_do(
    screen: FirstCopyScreen, counter: SampleCounter
) -> None:
    counter.office.tell(has_copy=False, link=LinkState.OFFLINE)
    await settle(lambda: "network cable" in screen.message.text)
    counter.office.tell(link=LinkState.ONLINE)
    await settle(lambda: screen.message.text == "")
