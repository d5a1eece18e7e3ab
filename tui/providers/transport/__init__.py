"""Calls over HTTP: one deadline for all of a call, a limit on the answer, errors with a meaning."""

from tui.providers.transport.client import Transport
from tui.providers.transport.documents import Json
from tui.providers.transport.reply import Reply

__all__ = ["Json", "Reply", "Transport"]
