"""Amounts are exact, and units never mix."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain import CREDITS, Money, UnitMismatch, parse_amount

AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@given(AMOUNTS, AMOUNTS)
def test_sums_are_exact(left: Decimal, right: Decimal) -> None:
    total = Money(left, "USD") + Money(right, "USD")
    assert total.amount == left + right
    assert (total - Money(right, "USD")).amount == left


@pytest.mark.parametrize(
    ("amount", "unit", "shown", "wire"),
    [
        ("75.5", "USD", "$75.50", "75.50"),
        ("1148.31", "USD", "$1,148.31", "1148.31"),
        ("-25", "USD", "−$25.00", "-25.00"),
        ("0.005", "USD", "$0.005", "0.005"),
        ("100", "USD", "$100.00", "100.00"),
        ("12", "CHF", "12.00 CHF", "12.00"),
        ("4000", CREDITS, "4,000 credits", "4000"),
    ],
)
def test_an_amount_shows_its_unit_and_loses_no_digit(amount: str, unit: str, shown: str, wire: str) -> None:
    money = Money(Decimal(amount), unit)
    assert str(money) == shown
    assert money.wire == wire


def test_different_units_are_never_added_or_compared() -> None:
    dollars, credit = Money(Decimal(1), "USD"), Money(Decimal(1), CREDITS)
    for combine in (Money.__add__, Money.__sub__, Money.__lt__):
        with pytest.raises(UnitMismatch):
            combine(dollars, credit)


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), 1.5])
def test_only_finite_decimals_are_amounts(amount: Decimal) -> None:
    with pytest.raises(ValueError, match="finite Decimal"):
        Money(amount, "USD")


@pytest.mark.parametrize("unit", ["usd", "", "US", "dollars"])
def test_a_unit_is_a_currency_code_or_credits(unit: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(Decimal(1), unit)


@pytest.mark.parametrize(("typed", "amount"), [("25", "25"), (" $12.50 ", "12.50"), ("0.01", "0.01")])
def test_typed_amounts_are_read(typed: str, amount: str) -> None:
    assert parse_amount(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["", "0", "-5", "1e3", "nan", "12.345", "1,5", "1.2.3", "½", "٣", "1000000", ".", "x"]
)
def test_typed_nonsense_is_refused_with_words(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse_amount(typed)
