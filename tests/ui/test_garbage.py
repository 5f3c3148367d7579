"""Cycles with Qt's objects in them are collected on Qt's thread."""

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui import garbage
from ui.garbage import GarbageOnQtsThread, collect_if_due


class _Cycle(QObject):
    """Refers to itself, and says in which thread it went."""

    def __init__(self, went: list[threading.Thread]) -> None:
        super().__init__()
        self.me = self
        self.startTimer(1)
        weakref.finalize(self, lambda: went.append(threading.current_thread()))


def _allocate() -> list[list[int]]:
    """More new containers than Python's thresholds let pass without a collection."""
    return [[] for _ in range(20 * gc.get_threshold()[0])]


def test_a_worker_thread_never_deletes_what_qt_still_uses(
    qapp: QObject, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    went: list[threading.Thread] = []
    monkeypatch.setattr(garbage, "EVERY_MS", 5)
    collector = GarbageOnQtsThread(qapp)
    _Cycle(went)
    with ThreadPoolExecutor(1) as worker:
        kept = worker.submit(_allocate).result()
    assert went == []
    qtbot.waitUntil(lambda: went != [])
    assert went == [threading.main_thread()]
    assert kept
    collector.deleteLater()
    gc.unfreeze()


def test_nothing_is_collected_before_it_is_due(qapp: object) -> None:
    gc.collect()
    went: list[threading.Thread] = []
    _Cycle(went)
    collect_if_due()
    assert went == []
    gc.collect()
    assert went == [threading.main_thread()]
