"""The ledger's query: what it finds, what it refuses and how it says so."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain import CREDIT, DEBIT, Direction, Money, SafeText, Transaction, TransactionStatus
from tui.ledger.filter import Filter, FilterError, parse, sums


def row(
    row_id: str = "1",
    amount: str = "1.00",
    *,
    direction: Direction = DEBIT,
    status: str = "success",
    usecase: str = "image_generation",
    source: str = "wallet",
    reference: str | None = None,
    unit: str = "USD",
) -> Transaction:
    return Transaction(
        row_id,
        datetime(2026, 11, 20, tzinfo=UTC),
        direction,
        Money(Decimal(amount), unit),
        TransactionStatus(status),
        SafeText(usecase),
        SafeText(source),
        SafeText(reference) if reference else None,
    )


IMAGE = row("456")
VIDEO = row("457", usecase="video_generation", status="failed")
TOP_UP = row("458", direction=CREDIT, usecase="wallet_funding", source="Stripe", reference="pi_3Qx")
ROWS = (IMAGE, VIDEO, TOP_UP)


def found(query: str) -> list[str]:
    filtered = parse(query)
    assert isinstance(filtered, Filter)
    return [each.id for each in ROWS if filtered.matches(each)]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["456", "457", "458"]),
        ("   ", ["456", "457", "458"]),
        ("type:debit", ["456", "457"]),
        ("TYPE:Credit", ["458"]),
        ("type:d", ["456", "457"]),
        ("type:", ["456", "457", "458"]),
        ("status:failed", ["457"]),
        ("status:fail", ["457"]),
        ("-status:failed", ["456", "458"]),
        ("usecase:video", ["457"]),
        ("source:stripe", ["458"]),
        ("generation", ["456", "457"]),
        ("generation failed", ["457"]),
        ("generation -video", ["456"]),
        ('"wallet funding"', ["458"]),
        ("wallet_funding", ["458"]),
        ('"wallet fund', ["458"]),
        ("STRIPE", ["458"]),
        ("pi_3qx", ["458"]),
        ("457", ["457"]),
        ('-"video generation" type:debit', ["456"]),
        ("-", ["456", "457", "458"]),
        ('"', ["456", "457", "458"]),
        ("nowhere", []),
        ("generation wallet_funding", []),
    ],
)
def test_finds(query: str, ids: list[str]) -> None:
    assert found(query) == ids


def test_a_word_is_not_found_across_two_fields() -> None:
    assert found('"image generation wallet"') == []


def test_an_unknown_key_is_pointed_at_and_the_known_ones_are_listed() -> None:
    error = parse("type:debit amuont:5 x")
    assert isinstance(error, FilterError)
    assert (error.word, error.start) == ("amuont:5", 11)
    for key in ("amuont:", "type:", "status:", "usecase:", "source:"):
        assert key in error.message


def test_a_colon_in_quotes_is_text() -> None:
    assert found('"http://x"') == []


def test_an_unknown_type_says_which_there_are() -> None:
    error = parse("type:refund")
    assert isinstance(error, FilterError)
    assert error.message == "“type:” is credit or debit"


@given(st.text())
def test_any_text_is_a_filter_or_an_error_that_names_a_word_of_it(query: str) -> None:
    read = parse(query)
    if isinstance(read, FilterError):
        assert query[read.start :].startswith(read.word)
    else:
        assert read.matches(IMAGE) in (True, False)


@given(st.text("abcdefgimnorty_ -", min_size=1).filter(lambda text: text.strip(' -"')))
def test_minus_turns_a_phrase_round(phrase: str) -> None:
    plain, turned = parse(f'"{phrase}"'), parse(f'-"{phrase}"')
    assert isinstance(plain, Filter)
    assert isinstance(turned, Filter)
    assert all(plain.matches(each) is not turned.matches(each) for each in ROWS)


def test_sums_add_what_moved_and_count_everything() -> None:
    rows = [
        row(amount="0.10"),
        row(amount="0.20"),
        row(amount="5", status="failed"),
        row(amount="25", direction=CREDIT),
    ]
    told = sums(rows)
    assert (told.count, told.credit_total, told.debit_total) == (
        4,
        Money(Decimal("25"), "USD"),
        Money(Decimal("0.30"), "USD"),
    )


def test_sums_never_add_two_units() -> None:
    told = sums([row(amount="1"), row(amount="9", unit="EUR")])
    assert told.debit_total == Money(Decimal(1), "USD")
    assert told.count == 2


def test_sums_of_nothing_have_the_unit_asked_for() -> None:
    assert sums([], "EUR").credit_total == Money(Decimal(0), "EUR")
