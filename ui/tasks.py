"""Coroutines started from slots: kept alive, and their errors never lost."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from PySide6.QtWidgets import QDialog

ResultT = TypeVar("ResultT")

# The event loop itself keeps only weak references to tasks.
_running: set[asyncio.Task[Any]] = set()


def spawn(coroutine: Coroutine[Any, Any, ResultT]) -> asyncio.Task[ResultT]:
    """Run a coroutine on the running loop; an error goes to the loop's exception handler."""
    task = asyncio.get_running_loop().create_task(coroutine)
    _running.add(task)
    task.add_done_callback(_finish)
    return task


async def ask(dialog: QDialog) -> bool:
    """Open a dialog without stopping anything else; whether it was accepted."""
    answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def note(result: int) -> None:
        if not answered.done():
            answered.set_result(result == int(QDialog.DialogCode.Accepted))

    dialog.finished.connect(note)
    dialog.open()
    try:
        return await answered
    finally:
        dialog.deleteLater()


async def finish(seconds: float) -> None:
    """Let everything that was spawned come to its end; what takes longer is cancelled."""
    if not _running:
        return
    _, late = await asyncio.wait(_running, timeout=seconds)
    for task in late:
        task.cancel()


def _finish(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if task.cancelled():
        return
    error = task.exception()
    if error is not None:
        task.get_loop().call_exception_handler(
            {"message": f"{task.get_name()} failed", "exception": error, "task": task}
        )
