"""Where the counter writes its log: a few megabytes in the profile, no personal data in it."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG_BYTES = 2_000_000
KEPT_FILES = 4
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def start_log(folder: Path) -> Path:
    """Write everything from INFO on into `folder/counter.log`, rotated; returns its path."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "counter.log"
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=KEPT_FILES, delay=True)
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    for chatty in ("httpx", "httpcore", "qasync", "websockets"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return path
