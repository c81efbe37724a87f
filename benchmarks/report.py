"""Figures as text, as Markdown in docs/benchmarks.md, as a plot, and as JSON."""

import contextlib
import json
import os
import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.rounds import Row, rows

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
PLOT = ROOT / "docs" / "benchmarks.svg"
RAW = ROOT / "reports" / "benchmarks.json"
PACKAGES = ["picows", "uvloop", "aiohttp", "websockets", "orjson", "msgspec", "numpy", "cython"]


@dataclass
class Section:
    """One table: figures (ns a message) of contestants that ran in turns."""

    title: str
    unit: str  # what a figure is
    base: str  # the contestant that ratios refer to
    figures: dict[str, list[float]]
    throughput: dict[str, list[float]] = field(default_factory=dict)  # messages/s
    also: str | None = None  # a second contestant to refer to

    @property
    def rows(self) -> list[Row]:
        return rows(self.figures, self.base)

    def cells(self) -> list[list[str]]:
        """The table, its head first."""
        head = ["", f"{self.unit}, median", "quartiles", f"times less than {self.base}", "the same, round by round"]
        if self.also:
            head.append(f"times less than {self.also}")
        if self.throughput:
            head.append("messages/s")
        lines = [head]
        for row in self.rows:
            line = [row.name, f"{row.median:,.0f}", f"{row.low:,.0f} – {row.high:,.0f}"]
            line += [f"{row.ratio:.2f}", f"{row.paired:.2f}"]
            if self.also:
                line.append(f"{median(self.figures[self.also]) / row.median:.2f}")
            if self.throughput:
                line.append(f"{median(self.throughput[row.name]) / 1e6:.2f} M")
            lines.append(line)
        return lines

    def text(self) -> str:
        """The table for a terminal."""
        cells = self.cells()
        widths = [max(len(line[column]) for line in cells[1:]) for column in range(len(cells[0]))]
        head = f"{self.title}\n  columns: {'; '.join(name for name in cells[0] if name)}"
        lines = []
        for name, *rest in cells[1:]:
            numbers = "  ".join(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
            lines.append(f"  {name.ljust(widths[0])}  {numbers}")
        return "\n".join([head, *lines])

    def markdown(self) -> str:
        head, *body = self.cells()
        lines = [f"**{self.title}**", "", "| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
        for line in body:
            line[0] = f"**{line[0]}**" if line[0].startswith("tickfold") else line[0]
            lines.append("| " + " | ".join(line) + " |")
        return "\n".join(lines)


@dataclass
class Costs(Section):
    """The same, where what contestants cost more than the base is asked for, not how many times less."""

    def over(self, name: str) -> tuple[float, float]:
        """What one costs more than the base: medians, over all rounds, of the differences and of the ratios."""
        pairs = list(zip(self.figures[name], self.figures[self.base], strict=True))
        return median(one - base for one, base in pairs), median(one / base for one, base in pairs)

    def cells(self) -> list[list[str]]:
        lines = [["", f"{self.unit}, median", "quartiles", f"more than {self.base}, ns", f"times {self.base}"]]
        for row in self.rows:
            over, times = self.over(row.name)
            quartiles = f"{row.low:,.1f} – {row.high:,.1f}"
            lines.append([row.name, f"{row.median:,.1f}", quartiles, f"{over:+,.1f}", f"{times:.3f}"])
        return lines


def machine(packages: list[str] = PACKAGES) -> str:
    """Processor, system and versions in one paragraph."""
    model = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        named = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
        model = named[1] if named else model
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    kernel = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{model}, {os.cpu_count()} cores, {kernel}; {python}, {versions}"


def write_page(name: str, paragraphs: list[str]) -> None:
    """Puts paragraphs between two marks of docs/benchmarks.md and leaves the rest of the page as it is."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    page = PAGE.read_text()
    before, _, rest = page.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{PAGE} has no {begin} … {end}")
    PAGE.write_text(before + "\n\n".join([begin, *paragraphs, end]) + after)


def write_raw(sections: list[Section], facts: Mapping[str, Any]) -> None:
    RAW.parent.mkdir(exist_ok=True)
    raw = {"command": sys.orig_argv[1:], "machine": machine(), **facts, "sections": [asdict(s) for s in sections]}
    RAW.write_text(json.dumps(raw, indent=1))


def write_plot(sections: list[Section]) -> None:
    """Bars of the medians with their quartiles, a panel a section."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "tickfold"
    matplotlib.rcParams["svg.fonttype"] = "none"
    matplotlib.rcParams["font.size"] = 8
    import matplotlib.pyplot as plt

    heights = [len(section.figures) + 1.5 for section in sections]
    figure, panels = plt.subplots(
        len(sections), 1, figsize=(8, 0.27 * sum(heights)), height_ratios=heights, layout="constrained", squeeze=False
    )
    for panel, section in zip(panels[:, 0], sections, strict=True):
        lines = section.rows[::-1]
        names = [row.name for row in lines]
        medians = [row.median for row in lines]
        spread = [[row.median - row.low for row in lines], [row.high - row.median for row in lines]]
        colours = ["#1f6f8b" if name.startswith("tickfold") else "#b8b8b8" for name in names]
        bars = panel.barh(names, medians, xerr=spread, color=colours, error_kw={"lw": 0.7, "ecolor": "#444444"})
        widest = max(row.high for row in lines)
        panel.bar_label(bars, labels=[f"{row.median:,.0f} ns   {row.ratio:.1f}×" for row in lines], padding=6)
        panel.set_xlim(0, 1.25 * widest)
        panel.set_title(f"{section.title}: {section.unit} (× against {section.base})", loc="left", fontsize=9)
        panel.spines[["top", "right"]].set_visible(False)
        panel.xaxis.set_visible(False)
        panel.spines["bottom"].set_visible(False)
    PLOT.parent.mkdir(exist_ok=True)
    figure.savefig(PLOT, metadata={"Date": None, "Creator": None})
    plt.close(figure)
