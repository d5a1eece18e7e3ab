"""Declines in words: plain ones, and none that tells whoever types that a card is reported."""

import pytest

from tui.payments.intents.declines import read_decline


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("insufficient_funds", "not enough money"),
        ("expired_card", "expired"),
        ("incorrect_cvc", "security code"),
        ("processing_error", "on the way to the bank"),
        ("do_not_honor", "the bank gave no reason"),
        ("generic_decline", "the bank gave no reason"),
        (None, "the bank gave no reason"),
        ("a_new_code", "a new code"),
    ],
)
def test_a_decline_says_why_and_what_to_do(code: str | None, words: str) -> None:
    decline = read_decline(code)
    assert decline.words.startswith("The card was declined: ")
    assert words in decline.words
    assert decline.advice
    assert decline.code == code


@pytest.mark.parametrize("code", ["lost_card", "stolen_card", "pickup_card", "fraudulent"])
def test_a_reported_card_is_declined_like_any_other(code: str) -> None:
    decline = read_decline(code, "Your card was reported stolen or lost: fraudulent, pick it up.")
    assert decline == read_decline("generic_decline")


def test_the_providers_words_are_shown_where_its_code_says_nothing() -> None:
    assert read_decline("odd_code", "Cards of this bank\x1b[2J do not work today.").words.startswith("Cards of this")
    assert "\x1b" not in read_decline("odd\x1b[2Jcode", "told\x1b[2J").words
