"""A few hundred order lives of each venue; `python -m tests.lives` makes as many as one likes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lives import VENUES, run


@pytest.mark.parametrize("venue", VENUES)
@pytest.mark.parametrize("seed", range(3))
def test_lives_fold_to_the_truth(venue, seed):
    result = run(venue, seed, 100, live=8 + 20 * seed)
    assert result.faults == []
    assert result.lives >= 100
    assert result.records >= result.lives


@pytest.mark.parametrize("venue", VENUES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), lives=st.integers(1, 20), live=st.integers(1, 20))
def test_any_lives(venue, seed, lives, live):
    assert run(venue, seed, lives, live=live).faults == []
