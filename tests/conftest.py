"""Settings of the whole suite."""

import os

from hypothesis import HealthCheck, settings

# Databases for whoever asks for one: the inventory's own tests and those of the commands that read it.
pytest_plugins = ("tests.inventory.database",)

# A busy two-core machine is slow to draw its first example and misses per-example deadlines; what a
# reader may cost is bounded in its own test. CI draws the same examples every time.
settings.register_profile(
    "steady",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("steady")
