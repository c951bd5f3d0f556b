"""``python -m scripts.bench [--quick] [--format json] [--write] [room …]``: measure on one core and print one table."""

from __future__ import annotations

import argparse
import sys

from scripts.bench import audit, capture, hashes, mirror, receipts, report, sizes, tree
from scripts.bench.measure import Figure, one_core

ROOMS = {
    "capture": capture,
    "tree": tree,
    "receipts": receipts,
    "hashes": hashes,
    "audit": audit,
    "mirror": mirror,
    "sizes": sizes,
}


def main() -> None:
    """Measure what is asked for, all unless named."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("rooms", nargs="*", choices=[*ROOMS, []], metavar="room", help=f"of {', '.join(ROOMS)}")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--write", action="store_true", help=f"write {report.PAGE.name} too")
    arguments = parser.parse_args()
    one_core()
    figures: list[Figure] = []
    for name in arguments.rooms or ROOMS:
        print(f"measuring {name} …", file=sys.stderr)
        figures += ROOMS[name].figures(quick=arguments.quick)
    print(report.as_json(figures) if arguments.format == "json" else report.text(figures))
    if arguments.write:
        report.PAGE.write_text(report.page(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
