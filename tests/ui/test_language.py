import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from PySide6.QtCore import QTranslator
from pytestqt.qtbot import QtBot

import resources
import ui
from ui.language import CHINESE, ENGLISH, Language
from ui.widgets.empty_state import EmptyState
from ui.widgets.status_line import StatusLine

FOLDER = Path(resources.__file__).parent / "translations"
SOURCES = sorted(str(p) for p in Path(ui.__file__).parent.rglob("*.py"))
Key = tuple[str, str]


def messages(path: Path) -> dict[Key, tuple[str, bool]]:
    """Translation and whether it is finished, by context and source."""
    found = {}
    for context in ElementTree.parse(path).getroot().findall("context"):
        for message in context.findall("message"):
            said = message.find("translation")
            assert said is not None
            key = (context.findtext("name") or "", message.findtext("source") or "")
            found[key] = (said.text or "", said.get("type") is None)
    return found


def test_no_string_is_untranslated(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.ts"
    tool = Path(sys.executable).parent / "pyside6-lupdate"
    subprocess.run([tool, *SOURCES, "-ts", fresh], check=True, capture_output=True)
    committed = messages(FOLDER / "luckygas_zh_TW.ts")
    assert set(messages(fresh)) == set(committed)
    assert [key for key, (text, finished) in committed.items() if not (text and finished)] == []


def test_every_translation_keeps_the_values_of_its_sentence() -> None:
    wrong = [
        source
        for (_context, source), (said, _finished) in messages(FOLDER / "luckygas_zh_TW.ts").items()
        if sorted(_values(source)) != sorted(_values(said))
    ]
    assert wrong == []


def _values(text: str) -> list[str]:
    return [part.split("}")[0] for part in text.split("{")[1:]]


def test_the_compiled_file_is_up_to_date() -> None:
    translator = QTranslator()
    assert translator.load("luckygas_zh_TW", str(FOLDER))
    stale = [
        key
        for key, (said, _finished) in messages(FOLDER / "luckygas_zh_TW.ts").items()
        if translator.translate(*key) != said
    ]
    assert stale == []


def test_the_language_changes_without_a_restart(qtbot: QtBot, language: Language) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    assert line.queue.text() == "to send 0"
    language.use(CHINESE)
    qtbot.waitUntil(lambda: line.queue.text() == "待傳 0")
    language.use(ENGLISH)
    qtbot.waitUntil(lambda: line.queue.text() == "to send 0")


def test_an_unknown_language_means_english(qtbot: QtBot, language: Language) -> None:
    language.use("tlh")
    assert language.code == ENGLISH
    assert EmptyState("phone").tr("nothing") == "nothing"
