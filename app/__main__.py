"""`luckygas`: the counter; `luckygas demo`: the counter with a sample office."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app.config import read_settings

SAMPLE_CUSTOMERS = 20_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code of the program."""
    options = _parser().parse_args(arguments)
    if options.command == "demo":
        # imported late: the counter proper does not need the demonstration
        from app.demo.run import run_demo

        return run_demo(options.customers, options.tour, options.fresh)
    from app.main import run

    return run(read_settings())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="luckygas", description="幸福氣體 訂單銷售櫃檯")
    commands = parser.add_subparsers(dest="command", metavar="demo")
    demo = commands.add_parser("demo", help="the counter with a sample office beside it")
    demo.add_argument(
        "--tour", type=Path, metavar="DIR", help="drive the window by keys and photograph it"
    )
    demo.add_argument(
        "--customers", type=int, default=SAMPLE_CUSTOMERS, help="size of the sample shop"
    )
    demo.add_argument("--fresh", action="store_true", help="forget the last demonstration")
    return parser


if __name__ == "__main__":
    sys.exit(main())
