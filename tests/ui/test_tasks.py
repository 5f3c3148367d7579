import asyncio
import gc
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from tests.ui.conftest import settle
from ui.tasks import ask, spawn


async def test_a_spawned_coroutine_survives_a_collection() -> None:
    done: list[int] = []

    async def work() -> None:
        await asyncio.sleep(0.01)
        done.append(1)

    spawn(work())
    gc.collect()
    await settle(lambda: done == [1])


async def test_an_error_goes_to_the_handler_of_the_loop() -> None:
    seen: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: seen.append(context))

    async def fail() -> None:
        raise ValueError("no such street")

    spawn(fail())
    await settle(lambda: bool(seen))
    assert str(seen[0]["exception"]) == "no such street"


async def test_a_cancelled_task_is_no_error() -> None:
    seen: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, c: seen.append(c))
    task = spawn(asyncio.sleep(60))
    await asyncio.sleep(0)
    task.cancel()
    await settle(task.done)
    assert seen == []


async def test_asking_waits_without_stopping_anything_else(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    dialog = QDialog(parent)
    answer = spawn(ask(dialog))
    ticks = 0
    while ticks < 5:
        await asyncio.sleep(0)
        ticks += 1
    assert dialog.isVisible()
    dialog.accept()
    await settle(answer.done)
    assert answer.result() is True


async def test_closing_the_dialog_means_no(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = QDialog(parent)
    answer = spawn(ask(dialog))
    await asyncio.sleep(0)
    dialog.reject()
    await settle(answer.done)
    assert answer.result() is False
