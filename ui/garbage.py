"""Python's cyclic garbage, collected on Qt's thread only.

A worker thread that collects a cycle with a timer or a widget in it deletes Qt's object under the
running event loop, which dies of it: docs/decisions/074-garbage-on-qts-thread.md.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 500


def collect_if_due() -> None:
    """Collect the generations whose thresholds are passed; to be called on Qt's thread."""
    due = [
        generation
        for generation, (count, limit) in enumerate(
            zip(gc.get_count(), gc.get_threshold(), strict=True)
        )
        if limit and count > limit
    ]
    if due:
        gc.collect(due[-1])


class GarbageOnQtsThread(QTimer):
    """Takes collecting over from Python for as long as the program runs."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        # What was loaded at the start lives until the end: no later collection walks through it.
        gc.freeze()
        self.timeout.connect(collect_if_due)
        self.start(EVERY_MS)
