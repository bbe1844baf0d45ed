"""What a benchmark ran on, and its figures as a table."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles


def describe(*packages: str) -> str:
    """Processor, cores, Python and the versions of packages, in one line."""
    cpuinfo = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in _lines(cpuinfo) if line.startswith("model name")]
    cpu = names[0] if names else platform.processor() or platform.machine()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    return f"{cpu}, {os.cpu_count()} cores{load}; Python {platform.python_version()}; {versions}"


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def table(rows: Iterable[Sequence[str]]) -> str:
    """Rows as a table in Markdown; the first row is the head."""
    head, *body = [list(row) for row in rows]
    widths = [max(len(row[column]) for row in (head, *body)) for column in range(len(head))]
    lines = [head, ["-" * width for width in widths], *body]
    return "\n".join(f"| {' | '.join(cell.ljust(w) for cell, w in zip(row, widths, strict=True))} |" for row in lines)


def spread(times: Sequence[float]) -> tuple[str, str]:
    """Median and 95th percentile of times in seconds, in milliseconds."""
    high = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return f"{median(times) * 1000:.1f} ms", f"{high * 1000:.1f} ms"
