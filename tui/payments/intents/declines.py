"""Why a card was declined, in words for the person who holds it.

The codes are Stripe's (docs.stripe.com/declines/codes). Where Stripe asks not to tell the reason, because whoever
types may not be the holder (lost, stolen and suspected cards), the words are those of a plain decline.
"""

from dataclasses import dataclass

from tui.domain import SafeText
from tui.providers.errors import Declined

GENERIC = SafeText("generic_decline")
_OTHER_CARD = Declined.advice
_ASK_BANK = "Ask the card's bank, use another card, or a payment link."
_PLAIN = "the bank gave no reason"
_HIDDEN = frozenset(
    {
        "lost_card",
        "stolen_card",
        "pickup_card",
        "restricted_card",
        "fraudulent",
        "merchant_blacklist",
        "highest_risk_level",
    }
)
"""Codes that are told to nobody."""

_REASONS = {
    "approve_with_id": ("the bank could not authorise it", "Try once more; if it stays, ask the card's bank."),
    "authentication_required": ("the bank wants to ask the card holder", "Use a payment link: there the bank can ask."),
    "card_not_supported": ("the card does not support this kind of payment", _ASK_BANK),
    "card_velocity_exceeded": ("the card's limit is reached", _ASK_BANK),
    "currency_not_supported": ("the card does not support the currency", _ASK_BANK),
    "do_not_honor": (_PLAIN, _ASK_BANK),
    "do_not_try_again": ("the bank will not accept it", _OTHER_CARD),
    "duplicate_transaction": ("an equal payment was made very recently", "Look at the ledger before you pay again."),
    "expired_card": ("the card has expired", _OTHER_CARD),
    "generic_decline": (_PLAIN, _ASK_BANK),
    "incorrect_cvc": ("the security code does not match", "Save the card anew, use another card, or a payment link."),
    "incorrect_number": ("the card number is wrong", "Save the card anew, use another card, or a payment link."),
    "incorrect_zip": ("the postal code does not match", "Correct the billing address, or use another card."),
    "insufficient_funds": ("there is not enough money behind the card", _OTHER_CARD),
    "invalid_account": ("the card or its account is not valid", _ASK_BANK),
    "invalid_amount": ("the card does not allow this amount", "Try a smaller amount, or ask the card's bank."),
    "invalid_cvc": ("the security code does not match", "Save the card anew, use another card, or a payment link."),
    "issuer_not_available": ("the bank could not be reached", "Try again in a few minutes."),
    "new_account_information_available": ("the card was replaced by a new one", "Save the new card."),
    "not_permitted": ("the card does not permit it", _ASK_BANK),
    "processing_error": ("something went wrong on the way to the bank", "Try again in a few minutes."),
    "reenter_transaction": ("the bank could not process it", "Try again in a few minutes."),
    "testmode_decline": ("it is a test card", "Use a real card."),
    "try_again_later": ("the bank could not process it", "Try again in a few minutes."),
    "withdrawal_count_limit_exceeded": ("the card's limit is reached", _OTHER_CARD),
}


@dataclass(frozen=True, slots=True)
class Decline:
    """A decline as a person is told it: a sentence, what to do now, and the code that may be shown."""

    words: SafeText
    advice: str
    code: SafeText | None


def read_decline(code: str | None, told: str = "") -> Decline:
    """Put a decline code into words; `told` is what the provider said, used where the code says nothing to us."""
    if code in _HIDDEN:
        reason, advice = _REASONS[GENERIC]
        return Decline(_sentence(reason), advice, GENERIC)
    if code in _REASONS:
        reason, advice = _REASONS[code]
        return Decline(_sentence(reason), advice, SafeText(code))
    shown = SafeText(code) if code else None
    return Decline(SafeText(told) or _sentence(shown.replace("_", " ") if shown else _PLAIN), _ASK_BANK, shown)


def _sentence(reason: str) -> SafeText:
    return SafeText(f"The card was declined: {reason}.")
