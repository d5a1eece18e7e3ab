"""The ledger's query: what it finds, what it refuses and how it says so, what it completes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOW
from tests.ledger.matching import matches
from tests.ledger.rows import row
from tui.domain import CREDIT, SafeText
from tui.ledger.query.completion import complete
from tui.ledger.query.query import KEYS, Query, QueryError, parse
from tui.ledger.query.vocabulary import Vocabulary

IMAGE = row("456", "0.99")
VIDEO = row("457", "5", usecase="video_generation", status="failed", at=NOW - timedelta(days=3))
TOP_UP = row(
    "458",
    "20.50",
    direction=CREDIT,
    usecase="wallet_funding",
    source="Stripe",
    reference="pi_3Qx",
    at=NOW - timedelta(days=40),
)
TIMELESS = row("459", "7", usecase="llm", status="past_due", at=None)
ROWS = (IMAGE, VIDEO, TOP_UP, TIMELESS)


def query(text: str) -> Query:
    understood = parse(text, NOW, UTC)
    assert understood.error is None, understood.error
    return understood


def found(text: str) -> str:
    asked = query(text)
    return " ".join(each.id[-1] for each in ROWS if matches(asked, each))


def refused(text: str) -> QueryError:
    error = parse(text, NOW, UTC).error
    assert error is not None
    return error


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", "6 7 8 9"),
        ("TYPE:Credit", "8"),
        ("type:d", "6 7 9"),
        ("type:", "6 7 8 9"),
        ("status:fail", "7"),
        ("status:failed,past_due", "7 9"),
        ("-status:failed,success", "9"),
        ('status:"past due"', "9"),
        ("usecase:video source:wallet", "7"),
        ("-source:stripe", "6 7 9"),
        ("generation -video", "6"),
        ('"wallet funding"', "8"),
        ("wallet_fund", "8"),
        ('-"video generation" type:debit', "6 9"),
        ("pi_3qx", "8"),
        ("id:pi_3Qx", "8"),
        ("id:45", ""),
        ("id:456,457", "6 7"),
        ("45", "6 7 8 9"),
        ("amount:5", "7"),
        ("amount:>=5", "7 8 9"),
        ("amount:>5", "8 9"),
        ("amount:<5", "6"),
        ("amount:$5..20", "7 9"),
        ("amount:..5,20.5", "6 7 8"),
        ("-amount:1..", "6"),
        ("since:3d", "6 7"),
        ("since:today", "6"),
        ("-since:3d", "8 9"),
        ("since:24h", "6"),
        ("until:yesterday", "7 8"),
        ("since:3d until:yesterday", "7"),
        ("on:friday", "6"),
        ("on:2026-11-17", "7"),
        ("on:2026-10..2026-11-17", "7 8"),
        ("month:2026-11", "6 7"),
        ("month:october", "8"),
        ("month:2026", "6 7 8"),
        ("since:2026-11-20T18:24:05", "6"),
        ("until:2026-11-20T18:24:04.999", "7 8"),
        (' \t" ', "6 7 8 9"),
        ("amount:..", "6 7 8 9"),
        ("type:debit -", "6 7 9"),
        ("type:debit status: ", "6 7 9"),
        ("type:debit OR", ""),
        ("debit -generation", "9"),
        ('-credit "OR" ', ""),
        ("amount:5,100", "7"),
        ("amount:100,<5", "6"),
    ],
)
def test_finds(text: str, ids: str) -> None:
    assert found(text) == ids


def test_a_day_is_one_of_the_zone() -> None:
    late = row("1", at=datetime(2026, 11, 19, 23, 30, tzinfo=UTC))
    for zone, hit in ((ZoneInfo("Europe/Berlin"), True), (UTC, False)):
        asked = parse("on:today", NOW, zone)
        assert asked.error is None
        assert matches(asked, late) is hit


@pytest.mark.parametrize(
    ("text", "word", "said"),
    [
        ("type:debit amuont:5 x", "amuont:5", "type:, status:, usecase:, source:, amount:"),
        ("x type:refund", "refund", "credit or debit"),
        ("amount:>=5 amount:1..x", "1..x", ">=5"),
        ("amount:ten", "ten", "number"),
        ("amount:1.0000000000001", "1.0000000000001", "number"),
        ("status:failed since:tomorow", "tomorow", "yesterday"),
        ("since:9999y", "9999y", "30d"),
        ("since:30d..7d", "30d..7d", "until:"),
        ("month:2026-13", "2026-13", "january"),
        ("on:2h", "2h", "day"),
        ("usecase:>5", ">5", "quotes"),
        ('"a b"c', "c", "space"),
        ("- status:failed", "-", "right before"),
        ("amount:> 5", "amount:>", "right behind"),
        ("since: monday x", "since:", "right behind"),
        ("type:debit OR type:credit", "OR", "status:failed,pending"),
        ("NOT failed", "NOT", "-status:failed"),
        ("amount:1,000", "1,000", "without a comma"),
        ("amount:>=1,500", ">=1,500", "without a comma"),
        ("amount:..1,500", "..1,500", "without a comma"),
        ("amount:20..1", "20..1", "smaller"),
        ("amount:<-5", "<-5", "type:debit"),
        ("month:november..january", "november..january", "2026-11-01"),
        ("on:2026-03-02..2026-03-01", "2026-03-02..2026-03-01", "earlier"),
        ("since:march 5", "5", "2026-03-05"),
        ("month:january 2025", "2025", "2025-01"),
    ],
)
def test_points_at_the_wrong_word(text: str, word: str, said: str) -> None:
    error = refused(text)
    assert error.word == word
    assert text[error.start :].startswith(word)
    assert said in error.message


@pytest.mark.parametrize(("text", "word"), [("x status:", "status:"), ("amount:>", "amount:>"), ("x -", "-")])
def test_what_nobody_goes_on_typing_must_be_finished(text: str, word: str) -> None:
    """`--query "month:$MONTH"` with nothing in MONTH must not mean every month."""
    error = parse(text, NOW, UTC, finished=True).error
    assert error is not None
    assert error.word == word


def test_a_query_that_is_too_long_is_refused() -> None:
    assert "1000" in refused("x " * 600).message


@given(st.text(max_size=60) | st.text('abt:,.<>=-"0 dy\n', max_size=40))
def test_any_text_is_a_query_or_an_error_that_names_a_place_in_it(text: str) -> None:
    read = parse(text, NOW, UTC)
    if read.error is not None:
        assert text[read.error.start :].startswith(read.error.word)
        assert read.error.message
    else:
        assert {matches(read, each) for each in ROWS} <= {True, False}


WORDS = Vocabulary(
    (SafeText("success"), SafeText("failed")),
    (SafeText("image_generation"), SafeText("text, to speech")),
    (SafeText('quoted, "so"'), SafeText('"')),
    month=("2026-11",),
)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("", [f"{key}:" for key in KEYS]),
        ("x -sta", ["status:"]),
        ("type:debit s", ["status:", "source:", "since:"]),
        ("status:f", ["failed"]),
        ("status:failed,s", ["success"]),
        ("status:failed,", ["success"]),
        ("status:failed", []),
        ("usecase:te", ['"text, to speech"']),
        ("month:", ["2026-11"]),
        ("on:y", ["yesterday"]),
        ('"typ', []),
        ("source:q", ['"quoted, "']),
        ("amount:>=5", []),
        ('"a"b ', []),
    ],
)
def test_completes(text: str, options: list[str]) -> None:
    completion = complete(parse(text + " tail", NOW, UTC), len(text), WORDS)
    assert list(completion.options) == options
    for option in options:
        assert parse(text[: completion.start] + option, NOW, UTC).error is None


@pytest.mark.parametrize(
    ("before", "behind", "options"),
    [
        ("status:f", ' "a"b', ["failed"]),  # what is wrong further on hides nothing here
        ('"a"b', "", []),
        ("sta", "tus:failed", ["status:"]),
        ("status:su", "cc,failed", ["success"]),
        ("status:", ",failed", ["success"]),  # what is asked for already is not offered again
        ('usecase:"text, ', '"', ['"text, to speech"']),
    ],
)
def test_completes_in_the_middle_of_a_query(before: str, behind: str, options: list[str]) -> None:
    completion = complete(parse(before + behind, NOW, UTC), len(before), WORDS)
    assert list(completion.options) == options


def test_a_parsed_query_is_another_one_on_another_day_and_without_one_of_its_words() -> None:
    typed = query("since:today status:failed")
    assert typed.at(NOW, UTC) == typed
    assert typed.at(NOW + timedelta(days=1), UTC) == parse("since:today status:failed", NOW + timedelta(days=1), UTC)
    assert typed.without(0, NOW, UTC) == query("status:failed")
    assert typed.without(len("since:today "), NOW, UTC) == query("since:today")
