"""What a page about a journal must be: well-formed, without scripts, loading nothing, and nothing to complain of."""

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


def checked(text: str) -> tuple[str, int]:
    """What a page shows, and how many pictures it has. Fails where it has a script or loads anything."""
    tree = ElementTree.fromstring(text)
    tags = [element.tag.rpartition("}")[2] for element in tree.iter()]
    assert "script" not in tags
    for element in tree.iter():
        for name in ("src", "href"):
            assert element.get(name, "data:,") == "data:,"
    assert "url(" not in text
    return "\n".join(tree.itertext()), tags.count("svg")


def browse(path: Path, folder: Path) -> tuple[str, list[str]]:
    """The page as Chromium understands it, and what it says on its console."""
    assert CHROMIUM is not None
    done = subprocess.run(
        [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom",
         f"--user-data-dir={folder}", "--window-size=400,800", path.as_uri()],
        capture_output=True, text=True, timeout=90, check=True,
    )  # fmt: skip
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def width(path: Path, folder: Path) -> int:
    """The width in pixels of what a page shows when its body is 400 wide, which no window of Chromium's can be."""
    text = path.read_text()
    measure = "document.body.style.width = '400px'; document.title = 'w' + document.body.scrollWidth"
    measured = path.with_suffix(".measured.html")
    measured.write_text(text.replace("</body>", f"<script>{measure}</script></body>"))
    dom, _ = browse(measured, folder)
    return int(dom.partition("<title>w")[2].partition("<")[0])
