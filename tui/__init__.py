"""billtop: a terminal dashboard for billing."""

__version__ = "0.1.0"
