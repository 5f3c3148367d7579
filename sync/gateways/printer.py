"""The system's printers: CUPS on Linux and macOS, the shell on Windows."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from app.transport.errors import Advice

PRINT_TIMEOUT = 15.0


class PrinterUnavailable(Exception):
    """The page was not handed to a printer; `advice` says what to do. The order is safe."""

    code: ClassVar[str] = "PRINTER_UNAVAILABLE"
    advice: ClassVar[Advice] = Advice(
        "無法列印，請檢查印表機電源、紙張與預設印表機；訂單已存檔，可稍後補印。",
        "Not printed. Check power, paper and the default printer; the order is saved, reprint it.",
    )


@dataclass(frozen=True, slots=True)
class PrinterName:
    """A printer as the system calls it."""

    name: str
    is_default: bool = False


class Printer:
    """Hands PDF files to the system's printers; never blocks the loop."""

    async def print_pdf(self, path: Path, printer_name: str | None = None) -> None:
        """Queue a file on that printer, or on the default one; raises `PrinterUnavailable`."""
        await asyncio.to_thread(_print, path, printer_name)

    async def list_printers(self) -> tuple[PrinterName, ...]:
        """The printers of this machine, the default one first; empty when there is none."""
        try:
            return await asyncio.to_thread(_printers)
        except PrinterUnavailable:
            return ()


def _run(command: Sequence[str]) -> str:
    program = shutil.which(command[0])
    if program is None:
        raise PrinterUnavailable(f"this machine has no {command[0]}")
    try:
        done = subprocess.run(
            [program, *command[1:]],
            capture_output=True,
            text=True,
            timeout=PRINT_TIMEOUT,
            check=True,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.CalledProcessError as error:
        raise PrinterUnavailable(error.stderr.strip()) from error
    except subprocess.TimeoutExpired as error:
        raise PrinterUnavailable("the print system does not answer") from error
    return done.stdout


def parse_cups(listing: str, default: str) -> tuple[PrinterName, ...]:
    """Printers from `lpstat -e` (a name per line) and `lpstat -d`."""
    standard = default.rpartition(":")[2].strip()
    names = [line.strip() for line in listing.splitlines() if line.strip()]
    printers = [PrinterName(name, name == standard) for name in names]
    return tuple(sorted(printers, key=lambda p: (not p.is_default, p.name)))


def _cups_printers() -> tuple[PrinterName, ...]:
    return parse_cups(_run(["lpstat", "-e"]), _run(["lpstat", "-d"]))


def parse_windows(listing: str) -> tuple[PrinterName, ...]:
    """Printers from PowerShell lines `True|Name`, the first part saying which is the default."""
    pairs = [line.partition("|") for line in listing.splitlines() if "|" in line]
    printers = [PrinterName(name.strip(), flag.strip() == "True") for flag, _, name in pairs]
    return tuple(sorted(printers, key=lambda p: (not p.is_default, p.name)))


def _windows_printers() -> tuple[PrinterName, ...]:
    script = 'Get-CimInstance Win32_Printer | ForEach-Object { "$($_.Default)|$($_.Name)" }'
    return parse_windows(_run(["powershell", "-NoProfile", "-Command", script]))


def _printers() -> tuple[PrinterName, ...]:
    return _windows_printers() if sys.platform == "win32" else _cups_printers()


def _print(path: Path, printer_name: str | None) -> None:
    if not path.is_file():
        raise PrinterUnavailable(f"there is no file {path.name}")
    if sys.platform == "win32":
        _print_by_shell(path, printer_name)
    else:
        choice = ["-d", printer_name] if printer_name else []
        _run(["lp", *choice, "--", str(path)])


if sys.platform == "win32":

    def _print_by_shell(path: Path, printer_name: str | None) -> None:
        try:
            if printer_name is None:
                os.startfile(path, "print")
            else:
                os.startfile(path, "printto", f'"{printer_name}"')
        except OSError as error:
            raise PrinterUnavailable(str(error)) from error
