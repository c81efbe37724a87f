"""Random logs of orders, for a while; run fuzz_sequences.py itself under the sanitizers (run_asan.py)."""

import pytest

from fuzz_sequences import CHECKS, attempt
from order_logs import VENUES

TRIALS = 40


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("venue", VENUES)
def test_logs_of_orders(venue: str, check: str) -> None:
    for number in range(TRIALS):
        found = attempt("test", number, venue, check)
        if found is not None:
            raise found
