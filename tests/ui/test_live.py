from collections.abc import Callable

from pytestqt.qtbot import QtBot

from ui.live import OFFICE, Live


def test_several_writes_in_one_turn_are_one_piece_of_news(qtbot: QtBot) -> None:
    live = Live()
    heard: list[frozenset[str]] = []
    live.changed.connect(heard.append)
    live.hear(frozenset({"orders"}))
    live.hear(frozenset({"outbox", "orders"}))
    assert heard == []
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [frozenset({"orders", "outbox"})]


def test_news_of_database_and_office_come_through_one_signal(qtbot: QtBot) -> None:
    live = Live()
    heard: list[frozenset[str]] = []
    live.changed.connect(heard.append)
    database: list[Callable[[frozenset[str]], object]] = []
    office: list[Callable[[], None]] = []
    live.follow_database(database.append)
    live.follow_office(office.append)
    database[0](frozenset({"calls"}))
    office[0]()
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [frozenset({"calls", OFFICE})]
