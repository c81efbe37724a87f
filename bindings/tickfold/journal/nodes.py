"""The values of a JSON text, and where they stand in it."""

import re
from typing import Final, NamedTuple

TOKEN: Final = re.compile(rb'\s*(?:("(?:[^"\\]|\\.)*")|([{}\[\],:])|([^\s{}\[\],:"]+))', re.DOTALL)


class Node(NamedTuple):
    """A value of a JSON text: where it stands (a text without its quotes), and what it holds.

    kind "s" text, "n" number, bool or null, "o" object: parts are (key, value), "a" list: parts are (None, value)
    """

    kind: str
    start: int
    end: int
    parts: list[tuple["Node | None", "Node"]]


def parse(payload: bytes) -> Node:
    """The values of a JSON text and where they stand. Raises ValueError where it is none."""
    found = []
    at, end = 0, len(payload.rstrip())
    while at < end:
        match = TOKEN.match(payload, at)
        if match is None:
            raise ValueError("no JSON")
        found.append(match)
        at = match.end()
    node, at = _node(found, 0)
    if at != len(found):
        raise ValueError("more than one value")
    return node


def _node(tokens: list[re.Match[bytes]], at: int) -> tuple[Node, int]:
    token = tokens[at]
    if token[1]:
        return Node("s", token.start(1) + 1, token.end(1) - 1, []), at + 1
    if token[3]:
        return Node("n", token.start(3), token.end(3), []), at + 1
    if token[2] not in b"{[":
        raise ValueError("no value")
    kind, close = ("o", b"}") if token[2] == b"{" else ("a", b"]")
    parts: list[tuple[Node | None, Node]] = []
    start, at = token.start(2), at + 1
    while tokens[at][2] != close:
        if parts:
            _expect(tokens[at], b",")
            at += 1
        key = None
        if kind == "o":
            key, at = _node(tokens, at)
            _expect(tokens[at], b":")
            at += 1
        value, at = _node(tokens, at)
        parts.append((key, value))
    return Node(kind, start, tokens[at].end(2), parts), at + 1


def _expect(token: re.Match[bytes], mark: bytes) -> None:
    if token[2] != mark:
        raise ValueError(f"no {mark.decode()}")
