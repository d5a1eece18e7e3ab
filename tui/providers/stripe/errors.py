"""Stripe's refusals, in words for whoever typed the card.

Only the messages of card errors are meant for people (docs.stripe.com/api/errors); of all others the code is kept and
the words are ours. None quotes the card.
"""

from tui.domain import SafeText
from tui.domain.text import MAX_LENGTH
from tui.providers import errors
from tui.providers.errors import BillingError
from tui.providers.transport import Json, Reply
from tui.providers.transport.refusals import refusal_error

_UNSUPPORTED = "unsupported for publishable key tokenization"
"""Part of Stripe's message to accounts that may not send card data with a publishable key (enupal/stripe#424)."""
_SEPARATORS = str.maketrans("", "", " -")
CHECK_CARDS = SafeText("Look at the cards on file before you enter it again.")
_LINK = SafeText("Use a payment link: the card is then entered on Stripe's own page.")


class TokenizationRefused(BillingError):
    """Stripe does not take card data from billtop for this account; no card changes that."""

    kind = "tokenization_refused"
    advice = str(_LINK)


class CardNotSaved(BillingError):
    """Stripe took the card and did not save it: the bank wants its holder, or nobody can say yet."""

    kind = "card_not_saved"
    advice = ""  # the message is the outcome of the setup intent, which says what to do


class CardRefused(errors.Declined):
    """The card cannot be used as it was typed, or the bank refuses it; `fields` says which part is wrong."""

    kind = "card_refused"
    advice = "Check what was typed, use another card, or a payment link."


def to_error(reply: Reply, private: str = "") -> BillingError:
    """Make the error for an answer that is no success; `private` is a text that must not be quoted."""
    error = reply.json.get("error") if isinstance(reply.json, dict) else None
    if not isinstance(error, dict) or 300 <= reply.status < 400:
        return refusal_error(reply)
    said, code = _text(error, "message"), _text(error, "code")
    kind, words, hint = _meaning(reply, _text(error, "type"), code, said)
    if private and private.translate(_SEPARATORS) in words.translate(_SEPARATORS):
        words = "Stripe refused the card."
    decline = _text(error, "decline_code")
    part = _text(error, "param").rpartition("[")[2].rstrip("]")
    return kind(
        message=SafeText(words),
        code=SafeText(code) or None,
        request_id=reply.request_id,
        retry_after=reply.retry_after,
        status=reply.status,
        hint=hint,
        details={"decline_code": SafeText(decline)} if decline else {},
        fields={part: (SafeText(words),)} if kind is CardRefused and part else {},
    )


def _meaning(reply: Reply, type_: str, code: str, said: str) -> tuple[type[BillingError], str, SafeText | None]:
    """The kind of an error, its words, and what to do now where the kind's own advice does not fit."""
    if _UNSUPPORTED in said.lower():
        return TokenizationRefused, "Stripe does not take card data from billtop for this account.", None
    if type_ == "card_error" or reply.status == 402:
        return CardRefused, said or "The card was refused.", None
    if reply.status == 401:
        return errors.NotAuthenticated, "Stripe refused the provider's publishable key.", _LINK
    if reply.status == 403:
        return errors.NotAllowed, "Stripe does not allow this with the provider's publishable key.", _LINK
    if reply.status == 404:
        return errors.NotFound, "Stripe does not know what the card was to be saved for.", SafeText("Begin again.")
    if reply.status == 429:
        return errors.RateLimited, "Stripe is asked too often.", None
    if reply.status >= 500:
        return errors.ServerTrouble, f"Stripe answered {reply.status}.", None
    if code == "setup_intent_unexpected_state":
        return errors.Invalid, "This card was dealt with already.", CHECK_CARDS
    named = f" ({SafeText(code)})" if code else ""
    return errors.Invalid, f"Stripe refused the request{named}.", _LINK


def _text(error: dict[str, Json], key: str) -> str:
    value = error.get(key)
    return value[:MAX_LENGTH] if isinstance(value, str) else ""
