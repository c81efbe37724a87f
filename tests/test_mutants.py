"""Any one leaf of any message is changed or renamed: the records differ, or a count names it. See mutants.py."""

import json

import pytest

import corpus
import mutants


@pytest.mark.parametrize("stream", corpus.load())
def test_no_change_is_silent(stream: str) -> None:
    """Every 19th mutant; `make mutants` looks at all of them."""
    fates, silent = mutants.faults(stream, step=19)
    assert silent == []
    assert fates["records"] > 10
    assert fates["counted"] > 10


def test_how_messages_are_changed() -> None:
    whole = {"a": [{"b": 1}, []], "c": None}
    assert list(mutants.leaves(whole)) == [("a", 0, "b"), ("a", 1), ("c",)]
    assert mutants.changed(whole, ("a", 0, "b"), 2) == {"a": [{"b": 2}, []], "c": None}
    assert mutants.renamed(whole, ("a", 0, "b")) == {"a": [{"bOdd": 1}, []], "c": None}
    assert mutants.renamed(whole, ("c",)) == {"a": [{"b": 1}, []], "cOdd": None}


def test_a_mutant_without_a_trace_is_found() -> None:
    """A key that is passed over leaves no trace, and is excused by the table."""
    payload = json.dumps({"topic": "sor", "args": [{"acct": "D", "orderId": 1, "bgColor": "#000000"}]}).encode()
    other = mutants.Mutant("ibkr", "mine", ("args", 0, "bgColor"), "'x'", payload.replace(b"#000000", b"x"))
    assert mutants.fate(other, mutants.said("ibkr", payload)) == ""
    assert "bgColor" in mutants.excused("ibkr")
    assert "orderId" not in mutants.excused("ibkr")
