"""`luckygas-server import customers|products FILE`: read, store, and say what was doubtful."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import asyncpg

from app.domain.customers import Zone
from app.domain.hours import business_date
from app.wire.catalogue import ProductBody
from app.wire.customers import CustomerBody
from server.importing.customers import read_customers
from server.importing.doubts import Doubt, summary, write_report
from server.importing.products import read_products
from server.importing.results import ImportOptions, ImportResult
from server.importing.storing import Stored, store_customers, store_products
from server.mirror.standing import check_kept_here
from server.neighbours.names import Neighbour
from server.reference import catalogue as reference


def add_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Describe the command line of `import`."""
    parser.add_argument("kind", choices=("customers", "products"), help="客戶或產品")
    parser.add_argument("file", type=Path, help="CSV 或 XLSX 檔")
    parser.add_argument("--report", type=Path, help="疑問清單的檔名（預設：檔名.doubts.csv）")
    parser.add_argument("--area-code", default="", help="補給沒有區碼的市話，例如 02")
    parser.add_argument(
        "--zone", type=Zone, default=Zone.NORTH, choices=list(Zone), help="地址沒有縣市時的配送區"
    )
    parser.add_argument("--dry-run", action="store_true", help="只檢查，不寫入資料庫")
    return parser


async def import_file(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    """Import a file and print what became of it; raises `ImportRefused` or `Conflict`."""
    path: Path = chosen.file
    if not chosen.dry_run:
        is_customers = chosen.kind == "customers"
        await check_kept_here(connection, Neighbour.CUSTOMERS if is_customers else Neighbour.DATA)
    stored: Stored | None = None
    result: ImportResult[CustomerBody] | ImportResult[ProductBody]
    if chosen.kind == "customers":
        products = await _products(connection)
        result = read_customers(path, ImportOptions(chosen.area_code, chosen.zone, products))
        if not chosen.dry_run:
            stored = await store_customers(connection, result)
    else:
        result = read_products(path)
        if not chosen.dry_run:
            stored = await store_products(connection, result)
    _tell(sys.stdout, (result.lines, len(result.rows)), stored)
    report = chosen.report or path.with_name(f"{path.name}.doubts.csv")
    _tell_doubts(sys.stdout, result.doubts, report)


async def _products(connection: asyncpg.Connection) -> tuple[ProductBody, ...]:
    today = business_date(datetime.now(UTC))
    return (await reference.products(connection, today)).products


def _tell(out: TextIO, read: tuple[int, int], stored: Stored | None) -> None:
    lines, rows = read
    out.write(f"讀到 {lines} 列，可用 {rows} 筆。\n")
    if stored is None:
        out.write("只檢查，沒有寫入資料庫。\n")
        return
    counts = f"新增 {stored.created} 筆，更新 {stored.changed} 筆，"
    out.write(f"{counts}原已相同 {stored.unchanged} 筆。\n")


def _tell_doubts(out: TextIO, doubts: Sequence[Doubt], report: Path) -> None:
    if not doubts:
        out.write("沒有疑問。\n")
        return
    write_report(doubts, report)
    out.write(f"有 {len(doubts)} 處疑問，清單在 {report}：\n{summary(doubts)}\n")
