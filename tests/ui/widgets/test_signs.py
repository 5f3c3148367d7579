"""Small signs: each shows what it is given, and says it to screen readers as well."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.services.office import LinkState
from tests.ui.sample_customers import TODAY
from ui.icons import tinted
from ui.layouts import column
from ui.tone import Tone
from ui.widgets.action_button import ActionButton, Kind
from ui.widgets.banner import Banner
from ui.widgets.caller_strip import CallerStrip, LaneButton, LaneView
from ui.widgets.empty_state import EmptyState
from ui.widgets.folding_row import FoldingRow
from ui.widgets.keycap import KeyCap
from ui.widgets.message_line import MessageLine
from ui.widgets.money import MoneyLabel
from ui.widgets.nav_rail import NavRail
from ui.widgets.page import PageHead
from ui.widgets.pill import Pill
from ui.widgets.progress import WorkProgress
from ui.widgets.status_line import StatusLine, StatusView
from ui.widgets.text import ElidedText, Text
from ui.widgets.three_columns import Fold, ThreeColumns


def said(widget: QWidget) -> str:
    return " ".join(t.text() for t in widget.findChildren(QLabel) if t.isVisibleTo(widget))


def test_a_pill_without_a_word_is_not_there(qtbot: QtBot) -> None:
    pill = Pill("已收", Tone.OK)
    qtbot.addWidget(pill)
    assert pill.property("tone") == Tone.OK
    pill.say("")
    assert not pill.isVisible()


def test_money_is_grouped_and_a_missing_amount_is_a_dash(qtbot: QtBot) -> None:
    money = MoneyLabel()
    qtbot.addWidget(money)
    assert money.text() == "—"
    money.set_amount(Decimal(1785))
    assert money.text() == "1,785"
    assert money.alignment() & Qt.AlignmentFlag.AlignRight


def test_a_button_says_its_words_and_its_key(qtbot: QtBot) -> None:
    button = ActionButton("", Kind.PRIMARY, "printer", "Ctrl+Enter")
    qtbot.addWidget(button)
    narrow = button.sizeHint().width()
    button.set_words("Save and print")
    assert button.accessibleName() == "Save and print"
    assert button.toolTip() == "Save and print (Ctrl+Enter)"
    assert button.key == "Ctrl+Enter"
    assert button.sizeHint().width() > narrow
    assert not button.grab().isNull()


def test_elided_text_keeps_the_rest_in_its_tooltip(shown: Callable[..., object]) -> None:
    text = ElidedText("永豐金屬加工廠股份有限公司五股二廠")
    shown(text, 80, 30)
    text.grab()
    assert text.toolTip() == text.text()
    text.resize(600, 30)
    text.grab()
    assert text.toolTip() == ""


def test_progress_shows_phase_percent_rate_and_what_is_left(qtbot: QtBot) -> None:
    progress = WorkProgress()
    qtbot.addWidget(progress)
    progress.set_phase("Downloading")
    progress.set_figures(0.43, 23_100, timedelta(seconds=12))
    assert said(progress) == "Downloading 43% 23,100 rows per second 12 s left"
    progress.set_figures(0.0, 0.0, None)
    assert said(progress).split() == ["Downloading", "0%"]


def test_a_message_goes_by_itself_when_it_was_given_seconds(qtbot: QtBot) -> None:
    line = MessageLine()
    qtbot.addWidget(line)
    line.say("Saved", Tone.OK)
    assert (line.text, line.accessibleName(), line.isVisible()) == ("Saved", "Saved", True)
    line.say("Soon gone", Tone.WARN, seconds=1)
    qtbot.waitUntil(lambda: not line.isVisible(), timeout=3000)


def test_a_banner_is_there_while_it_has_something_to_say(qtbot: QtBot) -> None:
    banner = Banner("unplug", Tone.WARN)
    qtbot.addWidget(banner)
    banner.say("The cable is pulled")
    assert banner.isVisible()
    banner.say("")
    assert not banner.isVisible()


def test_an_empty_place_says_what_to_do_next(qtbot: QtBot) -> None:
    empty = EmptyState("phone")
    qtbot.addWidget(empty)
    empty.set_words("Ready", "A card opens by itself.", [("F1", "all keys")])
    empty.set_words("Ready", "A card opens by itself.", [("F1", "all keys"), ("F2", "orders")])
    assert [k.text() for k in empty.findChildren(KeyCap) if k.isVisibleTo(empty)] == ["F1", "F2"]


def test_a_ringing_lane_shows_who_and_never_takes_the_focus(qtbot: QtBot) -> None:
    strip = CallerStrip()
    qtbot.addWidget(strip)
    strip.set_lanes(
        [LaneView(1, 7, "王大明", "0912-345-678", ringing=True, since="6 s"), LaneView(2)]
    )
    lanes = strip.findChildren(LaneButton)
    assert said(lanes[0]) == "L1 王大明 0912-345-678 6 s Ctrl+1"
    assert said(lanes[1]) == "L2 idle"
    assert {lane.focusPolicy() for lane in lanes} == {Qt.FocusPolicy.NoFocus}
    with qtbot.waitSignal(strip.lane_picked) as signal:
        lanes[0].click()
    assert signal.args == [1]


def test_a_withheld_number_is_said(qtbot: QtBot) -> None:
    strip = CallerStrip()
    qtbot.addWidget(strip)
    strip.set_lanes([LaneView(1, 7, ringing=True)])
    assert "Unknown caller Number withheld" in said(strip)


def test_the_rail_counts_what_waits(qtbot: QtBot) -> None:
    rail = NavRail()
    qtbot.addWidget(rail)
    button = rail.add("attention", "triangle-alert", "F4")
    rail.set_words("attention", "Attention")
    rail.set_count("attention", 120)
    rail.set_current("attention")
    assert (rail.count("attention"), button.isChecked()) == (120, True)
    assert button.toolTip() == "Attention (F4)"
    assert button.accessibleDescription() == "120"
    assert not rail.grab().isNull()
    with qtbot.waitSignal(rail.picked) as signal:
        button.click()
    assert signal.args == ["attention"]


def test_the_status_line_says_everything_in_words(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    assert line.prices.text() == "no prices yet"
    line.set_status(
        StatusView(
            link=LinkState.OFFLINE,
            waiting=2,
            oldest=timedelta(minutes=4),
            prices_of=TODAY,
            data_age=timedelta(hours=2),
            clerk="陳小美",
            register=1,
            shop="幸福氣體",
        )
    )
    assert said(line).split("  ")[0].startswith("Offline to send 2 (oldest 4 min) prices 07/02")
    assert "data 2 h old" in said(line)
    assert "幸福氣體　counter 01　陳小美" in said(line)


def test_a_page_names_itself(qtbot: QtBot) -> None:
    head = PageHead()
    qtbot.addWidget(head)
    head.add(Text("control"))
    head.set_words("Today", "3 orders")
    assert said(head) == "Today 3 orders control"
    head.set_words("Today")
    assert head.subtitle == ""


def test_two_groups_fold_where_there_is_no_room(shown: Callable[..., object], qtbot: QtBot) -> None:
    left, right = Text("x" * 30), Text("y" * 30)
    both, window = FoldingRow(left, right), QWidget()
    window.setLayout(column(both))
    shown(window, 900, 100)
    assert left.y() == right.y()
    window.resize(400, 100)
    qtbot.waitUntil(lambda: right.y() > left.y())
    assert both.minimumSizeHint().width() < both.sizeHint().width()


@pytest.mark.parametrize(("width", "fold"), [(1500, Fold.WIDE), (1100, Fold.TWO), (700, Fold.ONE)])
def test_the_right_column_goes_first_then_the_left(
    shown: Callable[..., object], width: int, fold: Fold
) -> None:
    left, centre, right = Text("left"), Text("centre"), Text("right")
    columns = ThreeColumns(left, centre, right)
    shown(columns, width, 500)
    columns.set_use(centre=True, context=True)
    assert columns.fold is fold
    assert centre.isVisible()
    assert left.isVisible() is (fold is not Fold.ONE)
    assert right.isVisible() is (fold is Fold.WIDE)
    columns.show_next()
    columns.show_next()
    assert right.isVisible() is (fold is not Fold.TWO)


def test_icons_take_the_colour_they_are_given(qtbot: QtBot) -> None:
    picture = tinted("flame", "#FFC93F06", 24, 2.0)
    image = picture.toImage()
    drawn = [
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    ]
    assert picture.width() == 48
    assert set(drawn) == {"#c93f06"}
