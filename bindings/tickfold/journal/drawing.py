"""How pages about journals are drawn: one HTML file without scripts, nothing loaded from elsewhere, pictures as SVG."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from math import log10
from typing import Final

COLORS: Final = 8
STYLE: Final = """
:root { color-scheme: light dark; --ink: #1d2733; --faint: #66717d; --line: #d9dee3; --paper: #fff; --bad: #b3261e;
  --c0: #1f6feb; --c1: #d9730d; --c2: #2b8a3e; --c3: #8e44ad; --c4: #c2255c; --c5: #0b7285; --c6: #846358;
  --c7: #7a7f00; }
@media (prefers-color-scheme: dark) { :root { --ink: #dfe5eb; --faint: #97a3af; --line: #364049; --paper: #14191f;
  --bad: #ff8a80; --c0: #6ea8fe; --c1: #ffa94d; --c2: #69db7c; --c3: #cc8fe8; --c4: #f783ac; --c5: #66d9e8;
  --c6: #c9a79c; --c7: #d3d84f; } }
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
path { fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.share { display: flex; align-items: center; margin: .15rem 0; font-size: .85rem; }
.share b { flex: 0 0 6rem; font-weight: 400; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.share svg { height: 1rem; border: 0; }
.mark { stroke: var(--bad); stroke-width: 1; stroke-dasharray: 3 3; }
""" + "".join(
    f".k{n} {{ stroke: var(--c{n}); }} rect.k{n} {{ fill: var(--c{n}); stroke: none; }} "
    f"figcaption .k{n} {{ color: var(--c{n}); }}\n" for n in range(COLORS)
)  # fmt: skip

WIDTH: Final = 1000.0
HEIGHT: Final = 200.0
SECOND: Final = 1_000_000_000
FAR: Final = 50  # from the least value to the greatest: the scale is logarithmic then


def document(title: str, body: Sequence[str]) -> str:
    """The whole page, as a text, of parts that are HTML. It is well-formed as XML too."""
    return (
        '<!DOCTYPE html>\n<html lang="en" xmlns="http://www.w3.org/1999/xhtml">\n<head>\n<meta charset="utf-8"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f'<link rel="icon" href="data:,"/>\n<title>{escape(title)}</title>\n<style>{STYLE}</style>\n'
        "</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def chart(
    names: Sequence[str], lines: Sequence[Sequence[tuple[float, float]]], unit: str, across: Sequence[str], said: str,
    marks: Iterable[float], top: float | None = None,
) -> str:  # fmt: skip
    """Lines with x from 0 to 1, over one scale: from 0, or logarithmic where values above 0 are far apart.

    top   of the scale, which begins at 0; None: what the values need
    """
    values = [y for line in lines for _, y in line]
    fixed = top is not None
    top, bottom = max(max(values), 0.0) if top is None else top, min(min(values), 0.0)
    label = f"{short(top)} {unit}" + (f", from {short(bottom)}" if bottom < 0 else "")
    if not fixed and min(values) > 0 and max(values) > FAR * min(values):
        label = f"{short(min(values))} to {short(top)} {unit}, logarithmic"
        lines = [[(x, log10(y)) for x, y in line] for line in lines]
        top, bottom = log10(top), log10(min(values))
    height = (top - bottom) or 1.0
    drawn = [f'<path class="mark" d="M{x * WIDTH:.1f} 0V{HEIGHT:.0f}"/>' for x in marks]
    for number, line in enumerate(lines):
        points = "L".join(f"{x * WIDTH:.1f} {HEIGHT - (y - bottom) / height * HEIGHT * 0.97:.1f}" for x, y in line)
        drawn.append(f'<path class="k{number % COLORS}" d="M{points}"/>')
    return figure("".join(drawn), label, across, said, names)


def bars(
    columns: Sequence[tuple[float, int]], top: str, across: Sequence[str], said: str, names: Sequence[str] = ()
) -> str:
    """Bars side by side: of each its height, and the number of its colour."""
    most, wide = max((height for height, _ in columns), default=0) or 1, WIDTH / max(1, len(columns))
    drawn = [
        _rectangle(at * wide + wide * 0.1, HEIGHT - tall, wide * 0.8, tall, number)
        for at, (height, number) in enumerate(columns) if (tall := height / most * HEIGHT * 0.97)
    ]  # fmt: skip
    return figure("".join(drawn), top, across, said, names)


def doubling(counts: Mapping[int, int]) -> list[tuple[int, int]]:
    """[(power of two, count)], sorted, with those in between that have none."""
    if not counts:
        return []
    first = min(counts)
    return [(first << at, counts.get(first << at, 0)) for at in range((max(counts) // first).bit_length())]


def shares(rows: Sequence[tuple[str, Sequence[float]]], names: Sequence[str], said: str) -> str:
    """A line for each name, divided by shares of 1."""
    lines = []
    for name, parts in rows:
        at, drawn = 0.0, []
        for number, part in enumerate(parts):
            drawn.append(_rectangle(at * WIDTH, 0.0, part * WIDTH, HEIGHT, number))
            at += part
        lines.append(f'<div class="share"><b>{escape(plain(name))}</b>{_svg("".join(drawn))}</div>')
    return f"<figure>{''.join(lines)}<figcaption>{_key(names)}{escape(said)}</figcaption></figure>"


def _rectangle(x: float, y: float, width: float, height: float, number: int) -> str:
    return (
        f'<rect class="k{number % COLORS}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
    )


def _key(names: Sequence[str]) -> str:
    found = " ".join(f'<b class="k{number % COLORS}">{escape(plain(name))}</b>' for number, name in enumerate(names))
    return found + ("<br/>" if found else "")


def _svg(drawn: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" preserveAspectRatio="none" role="img" '
        f'xmlns="http://www.w3.org/2000/svg">{drawn}</svg>'
    )


def figure(drawn: str, top: str, across: Sequence[str], said: str, names: Sequence[str] = ()) -> str:
    """A picture with its texts around it: the SVG is stretched to the width of the screen, as texts would be.

    top      what the highest point stands for
    across   texts below it, from left to right
    said     the caption
    names    what each colour stands for, in the colours' order
    """
    return (
        f'<figure><div class="y"><span>{escape(top)}</span></div>{_svg(drawn)}'
        f'<div class="x">{"".join(f"<span>{escape(word)}</span>" for word in across)}</div>'
        f"<figcaption>{_key(names)}{escape(said)}</figcaption></figure>"
    )


def table(names: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """`kind` is the table's class in STYLE: "words" for one whose last column is a text."""
    head = "".join(f"<th>{escape(plain(name))}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td>{escape(plain(cell))}</td>" for cell in row) + "</tr>\n" for row in rows)
    return (
        f'<div class="wide"><table class="{kind}"><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>'
    )


def short(value: float) -> str:
    """Without decimals from 100 on, with three significant digits below."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def plain(text: str) -> str:
    """Without control characters, which no page may hold."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def note(text: str) -> str:
    """A paragraph in faint letters."""
    return f'<p class="faint">{escape(text)}</p>'


def when(ns: int, brief: bool = False) -> str:
    """UTC, to the millisecond; `brief`: without the day."""
    if not ns:
        return "?"
    day = "" if brief else "%Y-%m-%d "
    return f"{datetime.fromtimestamp(ns // SECOND, UTC):{day}%H:%M:%S}.{ns % SECOND // 1_000_000:03d}"


def span(ns: int) -> str:
    """12 ns, 3.2 µs, 1.5 ms, 12.3 s, 2:03:04."""
    if ns < 1_000:
        return f"{ns} ns"
    if ns < 1_000_000:
        return f"{ns / 1e3:,.3g} µs"
    if ns < SECOND:
        return f"{ns / 1e6:,.3g} ms"
    if ns < 60 * SECOND:
        return f"{ns / 1e9:,.3g} s"
    minutes, seconds = divmod(ns // SECOND, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
