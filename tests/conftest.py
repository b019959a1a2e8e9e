"""Settings of all tests: property tests draw the same examples each time, unless asked to explore.

`HYPOTHESIS_PROFILE=explore` draws new ones; what they find becomes an example or a corpus file.
"""

import os

from hypothesis import settings

settings.register_profile("steady", derandomize=True, database=None)
settings.register_profile("explore", print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
