"""The figures in words: a table for the terminal, JSON for machines, and the page `docs/bench.md`."""

from __future__ import annotations

import json
import os
import platform
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from scripts.bench.measure import Figure

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bench.md"
_CPU_INFO = Path("/proc/cpuinfo")


def text(figures: Sequence[Figure]) -> str:
    """Return the figures for a terminal."""
    return "\n".join([machine(), "", *(line for figure in figures for line in _lines(figure))])


def as_json(figures: Sequence[Figure]) -> str:
    """Return the figures for a machine."""
    values = [asdict(figure) | {"reached": figure.reached} for figure in figures]
    return json.dumps({"machine": machine(), "figures": values}, indent=2)


def page(figures: Sequence[Figure]) -> str:
    """Return the page with the figures and how they were taken."""
    rows = [f"| {_escape(each.name)} | {_value(each)} | {_goal(each)} | {_ratio(each)} |" for each in figures]
    stages = [f"- {_escape(each.name)}: {_stages(each)}" for each in figures if each.stages]
    return "\n".join([_HEAD.format(machine=machine()), *rows, "", _STAGES, "", *stages, "", _BOUNDS])


def machine() -> str:
    """Return what the figures were taken on, and how busy it was."""
    python = f"{platform.python_implementation()} {platform.python_version()}, {ssl.OPENSSL_VERSION}"
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{_processor()}, {os.cpu_count()} cores, {python}; load {load}"


def _processor() -> str:
    names = _CPU_INFO.read_text().splitlines() if _CPU_INFO.exists() else []
    return next((line.partition(": ")[2] for line in names if line.startswith("model name")), platform.machine())


def _lines(figure: Figure) -> Iterator[str]:
    mark = {None: " ", True: "+", False: "-"}[figure.reached]
    yield f"{mark} {figure.name}"
    parts = (_value(figure), f"goal {_goal(figure)}" if figure.goal is not None else "", _ratio(figure))
    yield "      " + "   ".join(part for part in parts if part)
    for stage, microseconds in figure.stages:
        yield f"        {stage:<22} {microseconds:8.1f} µs"


def _value(figure: Figure) -> str:
    value = f"{_number(figure.value)} {figure.unit}"
    return value if figure.best is None else f"{value} (at best {_number(figure.best)})"


def _number(value: float) -> str:
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return f"{'at least' if figure.at_least else 'at most'} {figure.goal:,}"


def _ratio(figure: Figure) -> str:
    return "" if figure.ratio is None else f"{figure.ratio:.2f} x {figure.bound}"


def _stages(figure: Figure) -> str:
    return ", ".join(f"{stage} {microseconds:.1f}" for stage, microseconds in figure.stages)


def _escape(words: str) -> str:
    return words.replace("|", "\\|")


_HEAD = """\
# Figures

`make bench` takes them, `python -m scripts.bench --write` writes this page. Each figure stands beside a bound that was
measured in the same run, work and bound in turn, and is the median of several rounds of CPU time on one core: another
process on the same core stretches both alike, so the ratio says more than the rate. On a shared machine the best round
comes nearest to what an idle one would show. CPU time counts all threads and the kernel; where a figure waits for a
disk, the waiting is told apart.

{machine}

| figure | measured | goal | time, as a ratio to its bound |
|---|---|---|---|"""

_STAGES = "Stages, in microseconds an event or a leaf:"

_BOUNDS = """\
## What bounds them

- Capture: one key recovered and one promise signed for each event make up a third; the event digest, 64 hashes of an
  event of thirteen members, a quarter. By the clock it waits for two syncs a batch: events, then the capture job.
- Tiles in files: six files a batch of a thousand leaves. Making, syncing and renaming them is the kernel's work.
- A cold proof hashes 247 of the 255 inner nodes of its leaf's tile and reads five files.
- Verifying a receipt under a checkpoint not seen before adds one Ed25519 verification, which takes three times as long
  as recovering a key.
"""
