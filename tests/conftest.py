"""What all tests share: no deadline for single examples (machines are slow at times; each test has its own limit)."""

from hypothesis import settings

settings.register_profile("tickfold", deadline=None)
settings.load_profile("tickfold")

pytest_plugins = ["tickfold.testing.plugin"]
