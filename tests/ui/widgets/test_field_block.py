from pytestqt.qtbot import QtBot

from ui.tone import Tone
from ui.widgets.field_block import FieldBlock
from ui.widgets.text import Text


def test_a_message_stands_beside_its_field_until_it_is_taken_away(qtbot: QtBot) -> None:
    block = FieldBlock(3, Text("下午"))
    qtbot.addWidget(block)
    block.set_name("When")
    block.show()
    block.set_message("Closed on Sunday.", Tone.DANGER)
    assert block.message == "Closed on Sunday."
    assert block.accessibleDescription() == "Closed on Sunday."
    block.set_message("")
    assert block.accessibleDescription() == ""


def test_the_header_names_block_and_key(qtbot: QtBot) -> None:
    block = FieldBlock(3, Text("下午"))
    qtbot.addWidget(block)
    block.set_name("When")
    assert block.header.accessibleName() == "3 When"
    assert block.header.toolTip() == "When (Alt+3)"
    with qtbot.waitSignal(block.header_activated):
        block.header.click()


def test_the_block_in_use_is_marked(qtbot: QtBot) -> None:
    block = FieldBlock(1, Text(""))
    qtbot.addWidget(block)
    block.set_active(active=True)
    assert block.property("active") is True
