"""A journal's Report as one HTML page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from tickfold.journal.drawing import SECOND, bars, chart, document, doubling, note, span, table, when
from tickfold.journal.reader import faults
from tickfold.journal.report import MOST, Figures, Moment, Report

CURVE: Final = (1, 5, 25, 50, 75, 90, 95, 99)  # percentiles that are drawn


def page(report: Report) -> str:
    """The whole page, as a text. It is well-formed as XML too."""
    body = [
        f"<h1>{escape(report.path.name)}</h1>", _head(report), "<h2>Messages a second</h2>", _rates(report),
        "<h2>From the venue’s stamp to the receipt</h2>", _latency(report.streams),
        "<h2>Gaps</h2>", _moments(report, "gaps"), "<h2>Falling behind</h2>", _moments(report, "lags"),
        "<h2>Sessions</h2>", _moments(report, "states"),
        "<h2>Silence by symbol</h2>", _silence(report), "<h2>Sizes of messages</h2>", _sizes(report.streams),
        "<h2>Message types</h2>", _counts(report.streams, "types"),
        "<h2>Kinds of records</h2>", _counts(report.streams, "kinds"),
        "<h2>What the tables do not know</h2>", _drift(report),
    ]  # fmt: skip
    return document(report.path.name, body)


def _head(report: Report) -> str:
    took = (report.ended - report.began) / SECOND
    words = [
        f"<p>{when(report.began)} to {when(report.ended)} UTC, {span(report.ended - report.began)}<br/>"
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
    return "".join(words) + table(("stream", "table", "messages", "bytes", "records", "gaps"), rows)


def _rates(report: Report) -> str:
    line = report.timeline
    if line.began is None:
        return note("No message.")
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
    said = f"Of each stream, over bins of {span(line.step)}." + (" Dashed: a gap." if marks else "")
    return chart(
        [stream.label for stream in report.streams], points, "a second",
        (when(line.began, report.one_day), when(line.began + bins * line.step, report.one_day)), said, marks,
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
        return note("No record says when it was made.")
    percents = next(iter(next(stream.latency for stream in streams if stream.latency).values()))
    return _ages(streams) + chart(
        names, curves, "ms", ("0%", "50%", "100%"), "The 1st to the 99th percentile of records.", ()
    ) + table(("ms", "records", *(f"{percent}%" for percent in percents)), rows) + note(
        "By the clock of the machine that received; negative where the venue’s clock is ahead of it. What is told "
        "again is left out, but some venues stamp all that they say of an order with its last execution’s time."
    )  # fmt: skip


def _ages(streams: Sequence[Figures]) -> str:
    total = _summed(stream.ages for stream in streams)
    said = "Records by latency; each bar goes to twice the latency of the one before."
    if ahead := sum(stream.ahead for stream in streams):
        said += f" Not in it: {ahead:,} whose stamp is not before their receipt."
    return bars([(count, 0) for _, count in total], f"{max(count for _, count in total):,} records",
                tuple(f"≤ {span(ns)}" for ns, _ in (total[0], total[-1])), said) if total else note(said)  # fmt: skip


def _summed(of_streams: Iterable[Sequence[tuple[int, int]]]) -> list[tuple[int, int]]:
    """Counts by powers of two, added up, with those between the least and the greatest that have none."""
    total: Counter[int] = Counter()
    for counts in of_streams:
        total.update(dict(counts))
    return doubling(total)


def _moments(report: Report, name: str) -> str:
    found: list[tuple[int, str, str]] = []
    hidden = 0
    for stream in report.streams:
        moments: list[Moment] = getattr(stream, name)
        found += [(moment.time, stream.label, moment.what) for moment in moments]
        counts = {"gaps": stream.gap_count, "lags": stream.lag_count, "states": stream.state_count}
        hidden += counts[name] - len(moments)
    if not found:
        return note("None.")
    rows = [(when(time, report.one_day), label, what) for time, label, what in sorted(found)]
    return table(("time, UTC", "stream", "what"), rows, "words") + (note(f"And {hidden:,} more.") if hidden else "")


def _silence(report: Report) -> str:
    rows = sorted(
        ((silence, stream.label) for stream in report.streams for silence in stream.silences),
        key=lambda row: (-row[0].longest, row[0].symbol, row[1]),
    )
    if not rows:
        return note("No record has a symbol.")
    shown = [
        (silence.symbol, label, span(silence.longest), when(silence.since, report.one_day), f"{silence.records:,}")
        for silence, label in rows[:30]
    ]
    return note("The longest time without any record of a symbol, to the journal’s end.") + table(
        ("symbol", "stream", "longest", "from, UTC", "records"), shown
    ) + (note(f"The {len(shown)} longest.") if len(rows) > len(shown) else "")  # fmt: skip


def _sizes(streams: Sequence[Figures]) -> str:
    total = _summed(stream.lengths for stream in streams)
    if not total:
        return note("No message.")
    percents = next(stream.sizes for stream in streams if stream.messages)
    rows = [
        (stream.label, f"{stream.bytes / stream.messages:,.0f}", *(f"{size:,}" for size in stream.sizes.values()))
        for stream in streams if stream.messages
    ]  # fmt: skip
    drawn = bars(
        [(count, 0) for _, count in total], f"{max(count for _, count in total):,} messages",
        tuple(f"≤ {size:,} bytes" for size, _ in (total[0], total[-1])),
        "Messages by size; each bar goes to twice the size of the one before.",
    )  # fmt: skip
    return drawn + table(
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
        return note("None.")
    return table(("type" if name == "types" else "kind", "stream", "count", "share"), rows)


def _drift(report: Report) -> str:
    if not report.drift:
        return note("They know all of it.")
    rows = [
        (one.stream, f"{one.type} {one.key}".strip(), one.what, f"{one.count:,}", one.sample.decode(errors="replace"))
        for one in report.drift[:MOST]
    ]
    return table(("stream", "type and key", "what", "count", "first value"), rows, "words")
