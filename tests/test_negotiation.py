"""What a server may answer to an offer of permessage-deflate, by RFC 7692 §7.1 and RFC 6455 §9.1."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickfold.schema.errors import ConfigError, NegotiationError
from tickfold.schema.extensions import (
    DeflateParams,
    answer_offer,
    answered_params,
    deflate_offer,
    negotiate,
    parse_extensions,
)

PMD = "permessage-deflate"
BITS = "server_max_window_bits"
OURS = "client_max_window_bits"
ALL = f"{PMD}; server_no_context_takeover; client_no_context_takeover; {BITS}=12; {OURS}"


@pytest.mark.parametrize("response", [None, ""])
def test_a_declined_offer(response: str | None) -> None:
    assert negotiate(PMD, response) is None
    assert negotiate(None, response) is None


@pytest.mark.parametrize(
    "offer, response, params",
    [
        (PMD, PMD, DeflateParams()),
        (PMD, f"  {PMD}\t", DeflateParams()),
        (PMD, f", {PMD} ,", DeflateParams()),
        # stated unasked: allowed by §7.1.1.1, §7.1.1.2 and §7.1.2.1
        (PMD, f"{PMD}; server_no_context_takeover", DeflateParams(server_no_context_takeover=True)),
        (PMD, f"{PMD};client_no_context_takeover", DeflateParams(client_no_context_takeover=True)),
        (PMD, f"{PMD}; {BITS}=8", DeflateParams(server_max_window_bits=8)),
        (f"{PMD}; {OURS}", f"{PMD}; {OURS}=9", DeflateParams(client_max_window_bits=9)),
        (f"{PMD}; {OURS}=10", f"{PMD}; {OURS}=10", DeflateParams(client_max_window_bits=10)),
        (f"{PMD}; {OURS}=10", PMD, DeflateParams()),
        (f"{PMD}; client_no_context_takeover", PMD, DeflateParams()),  # a hint: §7.1.1.2
        (f"{PMD}; {BITS}=12", f"{PMD}; {BITS}=11", DeflateParams(server_max_window_bits=11)),
        (PMD, f'{PMD}; {BITS}="1\\5"', DeflateParams()),
        (f"{PMD}; {BITS}=10, {PMD}", PMD, DeflateParams()),  # the second offer was taken
        (
            ALL,
            f"{PMD}; {OURS}=15; server_max_window_bits=10; client_no_context_takeover; server_no_context_takeover",
            DeflateParams(True, True, 10, 15),
        ),
    ],
)
def test_answers_that_hold(offer: str, response: str, params: DeflateParams) -> None:
    assert negotiate(offer, response) == params


@pytest.mark.parametrize(
    "offer, response",
    [
        (None, PMD),
        ("", PMD),
        ("x-other", PMD),
        (PMD, "x-other"),
        ("x-other", "x-other"),
        (PMD, f"{PMD}, {PMD}"),
        (f"{PMD}, x-other", f"{PMD}, x-other"),
        (PMD, f"{PMD}; unknown"),
        (PMD, f"{PMD}; unknown=1"),
        (PMD, f"{PMD}; server_no_context_takeover; server_no_context_takeover"),
        (PMD, f"{PMD}; {BITS}=10; server_max_window_bits=10"),
        (PMD, f"{PMD}; server_no_context_takeover=1"),
        (PMD, f"{PMD}; client_no_context_takeover=true"),
        (PMD, f"{PMD}; {BITS}"),
        (PMD, f"{PMD}; {BITS}=7"),
        (PMD, f"{PMD}; {BITS}=16"),
        (PMD, f"{PMD}; {BITS}=08"),
        (PMD, f"{PMD}; {BITS}=-9"),
        (PMD, f"{PMD}; {BITS}=1e1"),
        (PMD, f"{PMD}; {BITS}=٩"),
        (PMD, f"{PMD}; {OURS}=10"),
        (f"{PMD}; {OURS}", f"{PMD}; {OURS}"),
        (f"{PMD}; {OURS}=10", f"{PMD}; {OURS}=11"),
        (f"{PMD}; {BITS}=10", PMD),
        (f"{PMD}; {BITS}=10", f"{PMD}; {BITS}=11"),
        (f"{PMD}; server_no_context_takeover", PMD),
        (PMD, "Permessage-Deflate"),
        (PMD, f"{PMD};"),
        (PMD, f"{PMD}; ;"),
        (PMD, f"{PMD}; =1"),
        (PMD, f"{PMD}; {BITS}="),
        (PMD, f'{PMD}; {BITS}="10'),
        (PMD, f'{PMD}; {BITS}="1 0"'),
        (PMD, f"{PMD} {PMD}"),
        (PMD, f"{PMD}/1"),
        (PMD, " "),
        (PMD, ","),
        (PMD, f"{PMD}\r\n"),
        (PMD, f"{PMD}\x00"),
    ],
)
def test_answers_that_do_not(offer: str | None, response: str) -> None:
    with pytest.raises(NegotiationError):
        negotiate(offer, response)


def test_an_offer_says_what_was_asked_for() -> None:
    assert deflate_offer() == f"{PMD}; {OURS}"
    assert deflate_offer(client_max_window_bits=False) == PMD
    assert deflate_offer(
        server_no_context_takeover=True,
        client_no_context_takeover=True,
        server_max_window_bits=9,
        client_max_window_bits=10,
    ) == (
        f"{PMD}; server_no_context_takeover; client_no_context_takeover; "
        "server_max_window_bits=9; client_max_window_bits=10"
    )
    with pytest.raises(ConfigError):
        deflate_offer(server_max_window_bits=7)
    with pytest.raises(ConfigError):
        DeflateParams(client_max_window_bits=16)


params = st.builds(DeflateParams, st.booleans(), st.booleans(), st.integers(8, 15), st.integers(8, 15))
offers = st.builds(
    deflate_offer,
    server_no_context_takeover=st.booleans(),
    client_no_context_takeover=st.booleans(),
    server_max_window_bits=st.none() | st.integers(8, 15),
    client_max_window_bits=st.booleans() | st.integers(8, 15),
)


@given(st.lists(offers, max_size=3).map(", ".join), st.none() | params)
def test_both_sides_come_to_the_same(offer: str, preferred: DeflateParams | None) -> None:
    chosen = answer_offer(offer, preferred)
    if chosen is None:
        assert not offer or (preferred is not None and preferred.client_max_window_bits < 15)
    else:
        assert negotiate(offer, str(chosen)) == chosen


@given(params)
def test_parameters_survive_being_written(chosen: DeflateParams) -> None:
    assert answered_params(str(chosen)) == chosen


@given(st.text(max_size=60) | st.text('permsag-dflt;=," \\server_max_window_bits10', max_size=60))
def test_any_text_gives_parameters_or_a_negotiation_error(text: str) -> None:
    for call in (lambda: negotiate(ALL, text), lambda: answered_params(text), lambda: parse_extensions(text)):
        with contextlib.suppress(NegotiationError):
            call()
    answer_offer(text)
