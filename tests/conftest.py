"""What all tests share: no time limit for single examples (machines are slow at times; each test has its own limit)."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("tickfold", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tickfold")

pytest_plugins = ["tickfold.testing.plugin"]

# The background job of a shell ignores SIGINT, and so would the programs that tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def no_state_follows_that_must_not(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """tickfold.net.states logs a change of a stream's state that its table does not foresee."""
    yield
    assert not [record for record in caplog.get_records("call") if "which is not foreseen" in record.getMessage()]
