"""The error of every place that keeps tokens."""

from tui.config.accounts import ConfigurationError


class SecretUnavailable(ConfigurationError):
    """A token cannot be kept, read or removed there; the text says why and what to do, never the token."""
