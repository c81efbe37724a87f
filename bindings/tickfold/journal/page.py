"""A journal's Report as one HTML page: no script, nothing loaded from elsewhere, pictures as SVG in it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from math import log10
from typing import Final

from tickfold.journal.reader import faults
from tickfold.journal.report import MOST, Figures, Moment, Report

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1d2733; --faint: #66717d; --line: #d9dee3; --paper: #fff; --bad: #b3261e;
  --c0: #1f6feb; --c1: #d9730d; --c2: #2b8a3e; --c3: #8e44ad; --c4: #c2255c; --c5: #0b7285; }
@media (prefers-color-scheme: dark) { :root { --ink: #dfe5eb; --faint: #97a3af; --line: #364049; --paper: #14191f;
  --bad: #ff8a80; --c0: #6ea8fe; --c1: #ffa94d; --c2: #69db7c; --c3: #cc8fe8; --c4: #f783ac; --c5: #66d9e8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 16px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; margin: 0 0 .2rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
h3 { font-size: 1rem; margin: 1rem 0 .3rem; overflow-wrap: anywhere; }
p { margin: .3rem 0 .8rem; } .faint { color: var(--faint); font-size: .9rem; }
.bad { color: var(--bad); font-weight: 600; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .2rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child, .words td, .words th { text-align: left; padding-left: 0; }
.words td:last-child { white-space: normal; overflow-wrap: anywhere; min-width: 10rem; }
th { color: var(--faint); font-weight: 500; }
figure { margin: .5rem 0 1rem; }
figcaption { font-size: .85rem; color: var(--faint); }
figcaption b { font-weight: 500; margin-right: .9rem; white-space: nowrap; }
figcaption b::before { content: "\\25A0\\00A0"; }
svg { display: block; width: 100%; height: 12rem; border-left: 1px solid var(--line);
  border-bottom: 1px solid var(--line); }
.y, .x { display: flex; justify-content: space-between; font-size: .8rem; color: var(--faint); }
path { fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; } rect { fill: var(--c0); }
.mark { stroke: var(--bad); stroke-width: 1; stroke-dasharray: 3 3; }
""" + "".join(f".k{n} {{ stroke: var(--c{n}); }} figcaption .k{n} {{ color: var(--c{n}); }}\n" for n in range(6))

WIDTH: Final = 1000.0
HEIGHT: Final = 200.0
COLORS: Final = 6
SECOND: Final = 1_000_000_000
FAR: Final = 50  # from the least value to the greatest: the scale is logarithmic then
CURVE: Final = (1, 5, 25, 50, 75, 90, 95, 99)  # percentiles that are drawn


def page(report: Report) -> str:
    """The whole page, as a text. It is well-formed as XML too."""
    body = [
        f"<h1>{escape(report.path.name)}</h1>", _head(report), "<h2>Messages a second</h2>", _rates(report),
        "<h2>From the venue’s stamp to the receipt</h2>", _latency(report.streams),
        "<h2>Gaps</h2>", _moments(report, "gaps"), "<h2>Sessions</h2>", _moments(report, "states"),
        "<h2>Silence by symbol</h2>", _silence(report), "<h2>Sizes of messages</h2>", _sizes(report.streams),
        "<h2>Message types</h2>", _counts(report.streams, "types"),
        "<h2>Kinds of records</h2>", _counts(report.streams, "kinds"),
        "<h2>What the tables do not know</h2>", _drift(report),
    ]  # fmt: skip
    return (
        '<!DOCTYPE html>\n<html lang="en" xmlns="http://www.w3.org/1999/xhtml">\n<head>\n<meta charset="utf-8"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f'<link rel="icon" href="data:,"/>\n<title>{escape(report.path.name)}</title>\n<style>{STYLE}</style>\n'
        "</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def _head(report: Report) -> str:
    took = (report.ended - report.began) / SECOND
    words = [
        f"<p>{_when(report.began)} to {_when(report.ended)} UTC, {_span(report.ended - report.began)}<br/>"
        f"{report.messages:,} messages, {report.messages / took if took else 0:,.0f} a second; "
        f"{report.entries:,} entries, {report.size:,} bytes in the journal, written by tickfold "
        f"{escape(report.version or '?')}</p>"
    ]
    wrong = faults(report)
    if report.other:
        wrong.append(f"another version wrote it: {report.other} differ")
    if report.diverged is not None:
        wrong.append(f"from entry {report.diverged:,} on other records are made than when it was written")
    words += [f'<p class="bad">{escape(fault)}</p>' for fault in wrong]
    rows = [
        (stream.label, stream.table, f"{stream.messages:,}", f"{stream.bytes:,}", f"{sum(stream.kinds.values()):,}",
         f"{stream.gap_count:,}") for stream in report.streams
    ]  # fmt: skip
    return "".join(words) + _table(("stream", "table", "messages", "bytes", "records", "gaps"), rows)


def _rates(report: Report) -> str:
    line = report.timeline
    if line.began is None:
        return _none("No message.")
    bins = line.bins
    seconds = line.step / SECOND
    lines = [[count / seconds for count in counts[:bins].tolist()] for counts in line.counts]
    # No bin is whole at the end: where the last is short, it would look like a fall.
    if bins > 2:
        lines, bins = [values[:-1] for values in lines], bins - 1
    marks = [
        (moment.time - line.began) / line.step / bins for stream in report.streams for moment in stream.gaps
        if 0 <= moment.time - line.began <= bins * line.step
    ]  # fmt: skip
    points = [[((at + 0.5) / bins, value) for at, value in enumerate(values)] for values in lines]
    said = f"Of each stream, over bins of {_span(line.step)}." + (" Dashed: a gap." if marks else "")
    return _chart(
        [stream.label for stream in report.streams], points, "a second",
        (_when(line.began, report.one_day), _when(line.began + bins * line.step, report.one_day)), said, marks,
    )  # fmt: skip


def _latency(streams: Sequence[Figures]) -> str:
    curves, names, rows = [], [], []
    for stream in streams:
        for kind, found in stream.latency.items():
            names.append(f"{stream.label} {kind}")
            curves.append([(percent / 100, found[percent] / 1e6) for percent in CURVE])
            rows.append((f"{stream.label} {kind}", f"{stream.stamped[kind]:,}",
                         *(f"{ns / 1e6:,.3f}" for ns in found.values())))  # fmt: skip
    if not rows:
        return _none("No record says when it was made.")
    percents = next(iter(next(stream.latency for stream in streams if stream.latency).values()))
    return _chart(
        names, curves, "ms", ("0%", "50%", "100%"), "The 1st to the 99th percentile of records.", ()
    ) + _table(("ms", "records", *(f"{percent}%" for percent in percents)), rows) + _note(
        "By the clock of the machine that received; negative where the venue’s clock is ahead of it. What is told "
        "again is left out, but some venues stamp all that they say of an order with its last execution’s time."
    )  # fmt: skip


def _moments(report: Report, name: str) -> str:
    found: list[tuple[int, str, str]] = []
    hidden = 0
    for stream in report.streams:
        moments: list[Moment] = getattr(stream, name)
        found += [(moment.time, stream.label, moment.what) for moment in moments]
        hidden += (stream.gap_count if name == "gaps" else stream.state_count) - len(moments)
    if not found:
        return _none("None.")
    rows = [(_when(time, report.one_day), label, what) for time, label, what in sorted(found)]
    return _table(("time, UTC", "stream", "what"), rows, "words") + (_note(f"And {hidden:,} more.") if hidden else "")


def _silence(report: Report) -> str:
    rows = sorted(
        ((silence, stream.label) for stream in report.streams for silence in stream.silences),
        key=lambda row: (-row[0].longest, row[0].symbol, row[1]),
    )
    if not rows:
        return _none("No record has a symbol.")
    shown = [
        (silence.symbol, label, _span(silence.longest), _when(silence.since, report.one_day), f"{silence.records:,}")
        for silence, label in rows[:30]
    ]
    return _note("The longest time without any record of a symbol, to the journal’s end.") + _table(
        ("symbol", "stream", "longest", "from, UTC", "records"), shown
    ) + (_note(f"The {len(shown)} longest.") if len(rows) > len(shown) else "")  # fmt: skip


def _sizes(streams: Sequence[Figures]) -> str:
    total: dict[int, int] = {}
    for stream in streams:
        for size, count in stream.lengths:
            total[size] = total.get(size, 0) + count
    if not total:
        return _none("No message.")
    first, last = min(total), max(total)
    steps = [first << number for number in range((last // first).bit_length())]
    most, wide = max(total.values()), WIDTH / len(steps)
    bars = "".join(
        f'<rect x="{at * wide + wide * .1:.1f}" y="{HEIGHT - height:.1f}" width="{wide * .8:.1f}" '
        f'height="{height:.1f}"/>'
        for at, step in enumerate(steps) if (height := total.get(step, 0) / most * HEIGHT * 0.97)
    )  # fmt: skip
    rows = [
        (stream.label, f"{stream.bytes / stream.messages:,.0f}", *(f"{size:,}" for size in stream.sizes.values()))
        for stream in streams if stream.messages
    ]  # fmt: skip
    percents = next(stream.sizes for stream in streams if stream.messages)
    return _figure(bars, f"{most:,} messages", (f"≤ {first:,} bytes", f"≤ {last:,} bytes"),
                   "Messages by size; each bar goes to twice the size of the one before.") + _table(
        ("bytes", "mean", *(f"{percent}%" for percent in percents)), rows
    )  # fmt: skip


def _counts(streams: Sequence[Figures], name: str) -> str:
    rows = []
    for stream in streams:
        counts = getattr(stream, name)
        total = sum(counts.values())
        rows += [
            (what, stream.label, f"{count:,}", f"{count / total:.1%}") for what, count in counts.most_common(40)
        ]
    if not rows:
        return _none("None.")
    return _table(("type" if name == "types" else "kind", "stream", "count", "share"), rows)


def _drift(report: Report) -> str:
    if not report.drift:
        return _none("They know all of it.")
    rows = [
        (one.stream, f"{one.type} {one.key}".strip(), one.what, f"{one.count:,}", one.sample.decode(errors="replace"))
        for one in report.drift[:MOST]
    ]
    return _table(("stream", "type and key", "what", "count", "first value"), rows, "words")


# how things are drawn


def _chart(
    names: Sequence[str], lines: Sequence[Sequence[tuple[float, float]]], unit: str, across: Sequence[str], said: str,
    marks: Iterable[float],
) -> str:  # fmt: skip
    """Lines with x from 0 to 1, over one scale: from 0, or logarithmic where values above 0 are far apart."""
    values = [y for line in lines for _, y in line]
    top, bottom = max(max(values), 0.0), min(min(values), 0.0)
    label = f"{_short(top)} {unit}" + (f", from {_short(bottom)}" if bottom < 0 else "")
    if min(values) > 0 and max(values) > FAR * min(values):
        label = f"{_short(min(values))} to {_short(top)} {unit}, logarithmic"
        lines = [[(x, log10(y)) for x, y in line] for line in lines]
        top, bottom = log10(top), log10(min(values))
    span = (top - bottom) or 1.0
    drawn = [f'<path class="mark" d="M{x * WIDTH:.1f} 0V{HEIGHT:.0f}"/>' for x in marks]
    for number, line in enumerate(lines):
        points = "L".join(f"{x * WIDTH:.1f} {HEIGHT - (y - bottom) / span * HEIGHT * 0.97:.1f}" for x, y in line)
        drawn.append(f'<path class="k{number % COLORS}" d="M{points}"/>')
    key = " ".join(f'<b class="k{number % COLORS}">{escape(_plain(name))}</b>' for number, name in enumerate(names))
    return _figure("".join(drawn), label, across, f"{key}<br/>{escape(said)}", safe=True)


def _figure(drawn: str, top: str, across: Sequence[str], said: str, safe: bool = False) -> str:
    """Text stands around the SVG, not in it: that is stretched to the width of the screen."""
    return (
        f'<figure><div class="y"><span>{escape(top)}</span></div>'
        f'<svg viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" preserveAspectRatio="none" role="img" '
        f'xmlns="http://www.w3.org/2000/svg">{drawn}</svg>'
        f'<div class="x">{"".join(f"<span>{escape(word)}</span>" for word in across)}</div>'
        f"<figcaption>{said if safe else escape(said)}</figcaption></figure>"
    )


def _table(names: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    head = "".join(f"<th>{escape(_plain(name))}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td>{escape(_plain(cell))}</td>" for cell in row) + "</tr>\n" for row in rows)
    return (
        f'<div class="wide"><table class="{kind}"><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>'
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def _plain(text: str) -> str:
    """Without control characters, which no page may hold."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _none(text: str) -> str:
    return f'<p class="faint">{escape(text)}</p>'


_note = _none


def _when(ns: int, short: bool = False) -> str:
    """UTC, to the millisecond; `short` without the day."""
    if not ns:
        return "?"
    day = "" if short else "%Y-%m-%d "
    return f"{datetime.fromtimestamp(ns // SECOND, UTC):{day}%H:%M:%S}.{ns % SECOND // 1_000_000:03d}"


def _span(ns: int) -> str:
    """1.5 ms, 12.3 s, 2:03:04."""
    if ns < SECOND:
        return f"{ns / 1e6:,.3g} ms"
    if ns < 60 * SECOND:
        return f"{ns / 1e9:,.3g} s"
    minutes, seconds = divmod(ns // SECOND, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
