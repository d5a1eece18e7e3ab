"""Text from outside does nothing to a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain import OpenEnum, SafeText, SubscriptionState, clean

PAYLOADS = {
    "osc 52 clipboard": "A\x1b]52;c;ZXZpbA==\x1b\\B",
    "title": "\x1b]2;owned\x1b\\",
    "c1 csi": "\x9b2J",
    "bidi override": "a\u202ecba",
    "zero width": "a\u200bb\ufeffc",
    "nul": "a\x00b",
    "lone surrogate": "a\ud800b",
    "line separator": "a\u2028b",
    "tab and newline": "a\tb\nc",
    "zalgo": "a" + "\u0301" * 50,
}


@pytest.mark.parametrize("raw", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_nothing_a_terminal_acts_on_is_left(raw: str) -> None:
    text = SafeText(raw)
    assert not [char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}]
    assert "\x1b" not in text
    text.encode()


@given(st.text(max_size=300))
def test_any_text_becomes_printable_and_stays_as_it_is_when_cleaned_again(raw: str) -> None:
    once = clean(raw)
    assert all(unicodedata.category(char) not in {"Cc", "Cf", "Cs"} for char in once)
    assert clean(once) == once


def test_stacked_marks_are_cut_and_ordinary_text_is_kept() -> None:
    assert len(SafeText("a" + "\u0316" * 50)) == 4
    assert SafeText("Ünïcode – 日本語 ACME [test] Ltd") == "Ünïcode – 日本語 ACME [test] Ltd"


def test_long_text_is_cut_with_an_ellipsis() -> None:
    text = SafeText("x" * 100_000)
    assert len(text) == 2000
    assert text.endswith("…")


def test_an_unknown_status_is_kept() -> None:
    assert SubscriptionState("past_due").label == "past due"
    assert SubscriptionState("hibernating") == "hibernating"
    assert isinstance(OpenEnum("x"), SafeText)
