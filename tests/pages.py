"""The venues' pages, which stand beside the checkout: tests read from them what there is to ask for and to decode."""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def shared() -> Path:
    """The folder beside the checkout, also beside that of a worktree. Skips the test where there is none."""
    root = Path(__file__).parents[1]
    git = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"], cwd=root, capture_output=True, text=True
    )
    for folder in (root.parent, Path(git.stdout.strip() or "/").parent.parent):
        if (folder / "shared" / "venues").is_dir():
            return folder / "shared"
    pytest.skip("the venues' pages are not here")


def page(name: str) -> str:
    return (shared() / "venues" / name).read_text()


def seed(number: int) -> str:
    """An original page, as it came."""
    (path,) = (shared() / "seeds").glob(f"{number:03}_*.txt")
    return path.read_text()


def plain(text: str) -> str:
    """A page without its HTML."""
    return html.unescape(re.sub(r"<[^<>]*>", "", text))


def quoted(text: str, form: str) -> set[str]:
    """What stands between backticks, or after ws.send, and has this form."""
    found = set(re.findall(r"`([^`\n]+)`", text)) | set(re.findall(r"ws\.send\('(.+?)'\)", text))
    return {one.replace(r"\|", "|") for one in found if re.match(form, one)}


def examples(text: str) -> Iterator[str]:
    """Every JSON object, and list of objects, of a page, as it is printed."""
    begin = re.compile(r"\[?\s*\{\s*\"")
    at = 0
    while (found := begin.search(text, at)) is not None:
        depth, quoted_, end = 0, False, None
        for i in range(found.start(), len(text)):
            letter = text[i]
            if letter == '"' and text[i - 1] != "\\":
                quoted_ = not quoted_
            elif not quoted_ and letter in "{[":
                depth += 1
            elif not quoted_ and letter in "}]":
                depth -= 1
                if depth == 0:
                    end = i + 1
                    break
        if end is None:
            at = found.end()
        else:
            yield text[found.start() : end]
            at = end


#: How what is no JSON is printed, and what it stands for.
MENDED = (
    (r",(\s*[}\]])", r"\1"),  # a comma too many
    (r"(\d)(\s*\n\s*\")", r"\1,\2"),  # a comma that is missing
    (r":\s*([A-Z]+_[A-Z_]+)", r':"\1"'),  # a bare word
    (r":\s*<ms>", ":1718026216391"),
    (r"timestamp\":…", 'timestamp":1718026216'),
    (r":\s*(<[^<>\"]*>|…)", ":7"),  # any value
    (r",\s*(…|\.{3,})(\s*[}\]])", r"\2"),  # and so on
    (r"[\[{](…|\.{3,})([\]}])", r"{}"),
)


def parsed(text: str) -> Any:
    """The value of a printed example; raises ValueError where it is no JSON even with what its marks stand for."""
    for mark, value in MENDED:
        text = re.sub(mark, value, text)
    return json.loads(text)
