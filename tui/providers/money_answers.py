"""What the answers to money calls have in common, whoever the provider is."""

from collections.abc import Mapping

from tui.domain import AnswerKind, SafeText
from tui.providers.transport import Reply

_PASSING = frozenset({408, 425})


def kind_without_content(reply: Reply) -> AnswerKind | None:
    """What an answer is whose content does not count: turned away, or lost; None for any other.

    A server's trouble, a passing one and a redirect leave open how far the request got. A page that cannot be read is
    the word of something in between, whatever its status.
    """
    if reply.status == 429:
        return AnswerKind.LIMITED
    lost = reply.status >= 500 or reply.status in _PASSING or 300 <= reply.status < 400
    return AnswerKind.LOST if lost or reply.unreadable or (reply.ok and reply.json is None) else None


def plain_text(reply: Reply, kind: AnswerKind, *, done: str, call: str, texts: Mapping[AnswerKind, str]) -> SafeText:
    """What to say of an answer without a text of its own: `done` is what stays open, `call` what was refused."""
    if reply.unreadable:
        return reply.unreadable_text
    if 300 <= reply.status < 400:
        return SafeText(f"{reply.host} sent a redirect to {reply.redirect_host or 'nowhere'}; it was not followed.")
    if kind is AnswerKind.LOST:
        return SafeText(f"{reply.host} answered {reply.status} without saying whether {done}.")
    return SafeText(texts.get(kind, f"{reply.host} refused {call} ({reply.status})."))
