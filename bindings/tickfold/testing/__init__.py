"""For tests of strategies: simulated venues whose faults are scripted in readable files.

In conftest.py:

    pytest_plugins = ["tickfold.testing.plugin"]

In a test, with `night.faults` beside it:

    def test_my_bot_survives_the_night(faulty_venue):
        running = faulty_venue("ibkr", "night.faults", rate=200.0)
        my_bot.run(running.url, seconds=5)
        assert running.venue.accepted >= 2

See tickfold.testing.script for what a script says, and tickfold.testing.plugin for the fixture.
"""

from tickfold.testing.script import Script

__all__ = ["Script"]
