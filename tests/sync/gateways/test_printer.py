import sys
from pathlib import Path

import pytest

from sync.gateways.printer import (
    Printer,
    PrinterName,
    PrinterUnavailable,
    parse_cups,
    parse_windows,
)

needs_cups_commands = pytest.mark.skipif(sys.platform == "win32", reason="CUPS has `lp`")


def test_the_default_printer_comes_first() -> None:
    listing, default = "Epson\nBrother\nZebra\n", "system default destination: Zebra\n"
    assert parse_cups(listing, default) == (
        PrinterName("Zebra", is_default=True),
        PrinterName("Brother"),
        PrinterName("Epson"),
    )
    assert parse_cups("", "no system default destination\n") == ()
    assert parse_windows("False|Epson L3250\nTrue|XP-58\n") == (
        PrinterName("XP-58", is_default=True),
        PrinterName("Epson L3250"),
    )


def program(directory: Path, name: str, script: str) -> None:
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def slip(tmp_path: Path) -> Path:
    path = tmp_path / "slip.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


@needs_cups_commands
async def test_a_file_is_handed_to_the_chosen_printer(
    tmp_path: Path, slip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "lp", f'echo "$@" > {tmp_path}/said')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    await Printer().print_pdf(slip, "Zebra")
    assert (tmp_path / "said").read_text().split() == ["-d", "Zebra", "--", str(slip)]


@needs_cups_commands
async def test_a_refusal_of_the_print_system_is_said(
    tmp_path: Path, slip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "lp", 'echo "lp: no default destination" >&2; exit 1')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(PrinterUnavailable, match="no default destination"):
        await Printer().print_pdf(slip)


@needs_cups_commands
async def test_a_machine_without_a_print_system_has_no_printers(
    tmp_path: Path, slip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await Printer().list_printers() == ()
    with pytest.raises(PrinterUnavailable):
        await Printer().print_pdf(slip)


async def test_a_missing_file_is_not_printed(tmp_path: Path) -> None:
    with pytest.raises(PrinterUnavailable, match="there is no file"):
        await Printer().print_pdf(tmp_path / "missing.pdf")
