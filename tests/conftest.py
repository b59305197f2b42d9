"""What every test stands on: reproducible properties, and a judge of coverage."""

import os

from hypothesis import settings

# Derandomised, so that a green run stays green; the `ci` profile only looks harder.
settings.register_profile("dev", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=200)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
