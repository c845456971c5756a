"""The newer name of ``cunumeric``; one and the same module."""

import sys

import cunumeric

sys.modules[__name__] = cunumeric
