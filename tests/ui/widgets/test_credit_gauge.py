from decimal import Decimal

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from ui.theme import Palette, colours_of
from ui.tone import Tone
from ui.widgets.credit_gauge import CreditGauge


def amounts(
    limit: int, used: int, unsent: int, order: int
) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    return Decimal(limit), Decimal(used), Decimal(unsent), Decimal(order)


@pytest.mark.parametrize(
    ("limit", "used", "unsent", "order", "filled"),
    [(100, 20, 10, 5, 0.35), (100, 100, 0, 0, 1.0), (100, 90, 0, 40, 1.0), (0, 0, 0, 0, 0.0)],
)
def test_the_bar_is_full_at_the_limit_and_never_overflows(
    qtbot: QtBot, limit: int, used: int, unsent: int, order: int, filled: float
) -> None:
    gauge = CreditGauge()
    qtbot.addWidget(gauge)
    gauge.set_figures(*amounts(limit, used, unsent, order), Tone.OK)
    assert gauge.filled == pytest.approx(filled)


def test_used_share_and_order_are_painted_in_their_colours(qtbot: QtBot) -> None:
    gauge = CreditGauge()
    qtbot.addWidget(gauge)
    gauge.resize(200, 8)
    gauge.set_figures(*amounts(100, 50, 0, 25), Tone.DANGER)
    gauge.show()
    picture = gauge.grab().toImage()
    colours = colours_of(Palette.LIGHT)
    middle = picture.height() // 2
    scale = picture.width() / 200
    seen = [picture.pixelColor(round(x * scale), middle) for x in (40, 130, 190)]
    wanted = [colours[name] for name in ("danger_fill", "accent", "neutral_soft")]
    assert seen == [QColor(name) for name in wanted]
