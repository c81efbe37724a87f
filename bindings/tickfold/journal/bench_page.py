"""A Bench of a journal as one HTML page."""

from html import escape
from typing import Final

from tickfold.journal.bench import PERCENTS, Bench
from tickfold.journal.drawing import bars, chart, document, doubling, note, span, table

HEAD: Final = tuple(f"{percent}%" for percent in PERCENTS)


def page(name: str, found: Bench) -> str:
    """The whole page, as a text; `name` is the journal's. It is well-formed as XML too."""
    body = [
        f"<h1>{escape(name)}</h1>",
        f"<p>{found.messages:,} messages of {found.bytes:.0f} bytes on average, which are JSON.</p>",
        "<h2>What a message costs</h2>", _costs(found), "<h2>One by one</h2>", _each(found),
        "<h2>From the venue’s stamp to the receipt</h2>", _ages(found),
    ]  # fmt: skip
    return document(name, body)


def _costs(found: Bench) -> str:
    most = max(cost.ns for cost in found.costs)
    drawn = bars(
        [(cost.ns, number) for number, cost in enumerate(found.costs)], f"{most:,.0f} ns", (),
        "CPU time of a message, medians in turns.", [cost.name for cost in found.costs],
    )  # fmt: skip
    rows = [(cost.name, f"{cost.ns:,.0f}", f"{cost.times:.2f}") for cost in found.costs]
    return drawn + table(("", "ns", "times tickfold’s"), rows) + note(
        "tickfold converts the values and merges them into rows; the libraries only make dictionaries."
    )  # fmt: skip


def _each(found: Bench) -> str:
    names, edges = list(found.each), found.spread.edges
    bins = len(edges) - 1
    lines = [[((at + 0.5) / bins, 100 * share) for at, share in enumerate(found.spread.shares[name])] for name in names]
    top = max(share for line in lines for _, share in line)
    middle = edges[bins // 2]
    return chart(
        names, lines, "% of messages", tuple(f"{edge:,.0f} ns" for edge in (edges[0], middle, edges[-1])),
        f"How long one message takes; each of {bins} bins is {edges[1] / edges[0]:.2f} times as wide as the last.",
        (), top=top,
    ) + table(("ns", *HEAD), [(name, *(f"{ns:,}" for ns in found.each[name].values())) for name in names]) + note(
        f"By the clock on the wall, which takes {found.clock:,} ns to read; that is in the figures. At the highest the "
        f"machine did something else."
    )  # fmt: skip


def _ages(found: Bench) -> str:
    if not found.ages:
        return note("No record says when it was made.")
    drawn = ""
    if found.aged:
        total = doubling(dict(found.aged))
        drawn = bars(
            [(count, 0) for _, count in total], f"{max(count for _, count in total):,} records",
            tuple(f"≤ {span(ns)}" for ns, _ in (total[0], total[-1])),
            "Records by how old they were when they came; each bar goes to twice the age of the one before.",
        )  # fmt: skip
    return drawn + table(("ms", *HEAD), [("all records", *(f"{ns / 1e6:,.3f}" for ns in found.ages.values()))])
