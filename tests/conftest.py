"""What all tests share: no deadline for single examples (machines are slow at times; each test has its own limit)."""

import signal

from hypothesis import settings

settings.register_profile("tickfold", deadline=None)
settings.load_profile("tickfold")

pytest_plugins = ["tickfold.testing.plugin"]

# The background job of a shell ignores SIGINT, and so would the programs that tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
