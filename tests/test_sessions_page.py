"""docs/sessions.md promises nothing without a test."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "sessions.md").read_text()
NAMED = sorted(set(re.findall(r"`(test_\w+)`", PAGE)))
SECTIONS = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")[1:]}


def promises(section: str) -> list[str]:
    """Its items and the rows of its tables, but for their heads."""
    items = re.findall(r"^\* .*(?:\n  .*)*", section, re.MULTILINE)
    rows = re.findall(r"^\|.*", re.sub(r"^\|.*\n\|-.*\n", "", section, flags=re.MULTILINE), re.MULTILINE)
    return items + rows


@pytest.fixture(scope="module")
def written() -> set[str]:
    texts = (path.read_text() for path in (ROOT / "tests").glob("test_*.py"))
    return {name for text in texts for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_is_named_exists(name, written):
    assert name in written


@pytest.mark.parametrize("title", SECTIONS)
def test_a_section_that_names_tests_names_one_for_each_promise(title):
    section = SECTIONS[title]
    found = promises(section)
    assert found
    if "`test_" in section:
        assert [promise for promise in found if "`test_" not in promise] == []


def test_most_of_the_page_names_its_tests():
    assert len(NAMED) > 60
    assert sum("`test_" in section for section in SECTIONS.values()) >= 10
