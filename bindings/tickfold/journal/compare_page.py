"""A Comparison of two journals as one HTML page."""

from html import escape
from typing import Final

from tickfold.journal.compare import PARTS, PERCENTS, Comparison, Race
from tickfold.journal.drawing import bars, chart, document, note, shares, span, table, when

SYMBOLS: Final = 20  # that are drawn and listed
CURVES: Final = 5  # symbols whose percentiles are drawn
EDGE: Final = 0.001  # share of the leads that have no bars of their own
NAMES: Final = ("first feed ahead", "second feed ahead", "the same ns")


def page(found: Comparison) -> str:
    """The whole page, as a text. It is well-formed as XML too."""
    body = [
        f"<h1>{escape(found.names[0])} against {escape(found.names[1])}</h1>", _head(found),
        "<h2>By how much</h2>", _leads(found), "<h2>Over time</h2>", _over_time(found),
        "<h2>By symbol</h2>", _symbols(found),
    ]  # fmt: skip
    return document(f"{found.names[0]} against {found.names[1]}", body)


def _parts(race: Race) -> tuple[float, float, float]:
    """Shares of the equal quotes that the first feed had first, the second, and both at the same ns."""
    equal = race.equal or 1
    return race.first[0] / equal, race.first[1] / equal, race.together / equal


def _head(found: Comparison) -> str:
    race, (first, second, same) = found.everything, _parts(found.everything)
    words = [
        f"First feed: {found.names[0]}", f"Second feed: {found.names[1]}",
        f"{race.equal:,} quotes that both have; {race.only[0]:,} only the first, {race.only[1]:,} only the second",
    ]  # fmt: skip
    if race.equal:
        middle = race.lead[50]
        words += [
            f"The first feed had {first:.1%} of the equal ones first, the second {second:.1%}, {same:.1%} came at the "
            f"same ns",
            f"In the middle the {'first' if middle >= 0 else 'second'} feed is {span(abs(middle))} ahead",
        ]  # fmt: skip
    told = f"<p>{'<br/>'.join(escape(line) for line in words)}</p>"
    if found.given_up:
        told += note(f"{found.given_up:,} quotes could not wait for an equal one: too many waited at a time.")
    return told


def _leads(found: Comparison) -> str:
    if not found.everything.equal:
        return note("No quote is in both.")
    drawn = _bars(found)
    races = [found.everything, *(race for race in found.races[:CURVES] if race.equal)]
    curves = [[(percent / 100, race.lead[percent] / 1e6) for percent in PERCENTS] for race in races]
    rows = [(race.symbol or "all", f"{race.equal:,}", *_leads_of(race)) for race in races]
    return drawn + chart(
        [race.symbol or "all" for race in races], curves, "ms ahead", ("0%", "50%", "100%"),
        f"By how much the first feed is ahead, or less; the {PERCENTS[0]}th to the {PERCENTS[-1]}th percentile of "
        f"equal quotes.", (),
    ) + table(("ms", "equal", *(f"{percent}%" for percent in PERCENTS)), rows)  # fmt: skip


def _bars(found: Comparison) -> str:
    """All but one in a thousand at either end have bars of their own; the outermost hold the rest."""
    sizes = sorted(found.ahead.keys() | found.behind.keys())
    if not sizes:
        return ""
    below, total = 0, found.everything.equal - found.everything.together
    first = last = None
    for size in sizes:
        below += found.ahead.get(size, 0) + found.behind.get(size, 0)
        if first is None and below > total * EDGE:
            first = size
        if last is None and below >= total * (1 - EDGE):
            last = size
    assert first is not None
    assert last is not None
    sides = []
    for counts in (found.behind, found.ahead):
        side = [0] * (last - first + 1)
        for size, count in counts.items():
            side[min(max(size, first), last) - first] += count
        sides.append(side)
    columns = [(count, 1) for count in reversed(sides[0])] + [(found.everything.together, 2)]
    columns += [(count, 0) for count in sides[1]]
    least, most = (span(round(2 ** (size / PARTS))) for size in (first, last))
    return bars(
        columns, f"{max(count for count, _ in columns):,} quotes", (f"{most} behind", f"{least}", f"{most} ahead"),
        f"How far the first feed is ahead. From the middle on, four bars go to twice the time; the innermost hold what "
        f"is {least} or less, the outermost what is more.", NAMES,
    )  # fmt: skip


def _leads_of(race: Race) -> list[str]:
    return [f"{race.lead[percent] / 1e6:,.3f}" if race.equal else "-" for percent in PERCENTS]


def _over_time(found: Comparison) -> str:
    line = found.timeline
    if not found.everything.equal or line.began is None:
        return note("No quote is in both.")
    counts = [one[: line.bins].tolist() for one in line.counts]
    lines: list[list[tuple[float, float]]] = [[], []]
    for at, of_bin in enumerate(zip(*counts, strict=True)):
        if total := sum(of_bin):
            for place in range(2):
                lines[place].append(((at + 0.5) / line.bins, 100 * of_bin[place] / total))
    end = line.began + line.bins * line.step
    brief = when(line.began)[:10] == when(end)[:10]
    return chart(
        NAMES[:2], lines, "% of equal quotes", (when(line.began, brief), when(end, brief)),
        f"Which feed was first, over bins of {span(line.step)}.", (), top=100.0,
    )  # fmt: skip


def _symbols(found: Comparison) -> str:
    shown = found.races[:SYMBOLS]
    drawn = shares([(race.symbol, _parts(race)) for race in shown if race.equal], NAMES, "Shares of the equal quotes.")
    rows = [
        (race.symbol, f"{race.equal:,}", *(f"{part:.1%}" if race.equal else "-" for part in _parts(race)),
         *_leads_of(race), *(f"{count:,}" for count in race.only)) for race in shown
    ]  # fmt: skip
    head = ("symbol", "equal", "1st", "2nd", "same", *(f"{one}% ms" for one in PERCENTS), "only 1st", "only 2nd")
    hidden = len(found.races) - len(shown)
    return drawn + table(head, rows) + (note(f"And {hidden:,} more symbols.") if hidden else "")
