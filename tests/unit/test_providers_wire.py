"""Values from the wire: money exactly or not at all, everything else as well as it can be read."""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain import Money, SafeText
from tui.providers.errors import ProtocolError
from tui.providers.modelslab.envelope import rows as modelslab_rows
from tui.providers.product_factory.envelope import rows as factory_rows
from tui.providers.transport import Json
from tui.providers.transport.documents import OUT_OF_RANGE, Unreadable, parse_json
from tui.providers.wire import Amount, Count, Flag, Instant, OptionalAmount, OptionalId, Text, Unit, WireModel, read


class Probe(WireModel):
    amount: Amount = Decimal(0)
    maybe: OptionalAmount = None
    unit: Unit = "USD"
    at: Instant = None
    count: Count = None
    flag: Flag = False
    other: OptionalId = None
    text: Text = SafeText()


def probe(**fields: Json) -> Probe:
    return read(Probe, dict(fields), "probe")


@pytest.mark.parametrize(
    ("raw", "exact"),
    [(25, "25"), (Decimal("25.10"), "25.10"), ("25.00", "25.00"), (" 249 ", "249"), ("-0.5", "-0.5"), (0, "0")],
)
def test_amounts(raw: Json, exact: str) -> None:
    assert str(probe(amount=raw).amount) == exact


@pytest.mark.parametrize(
    "raw",
    [True, "", "1,148.31", "$5", "1e3", "NaN", "Infinity", "٣", "5 USD", [], {}, Decimal("NaN"), Decimal("Infinity"),
     OUT_OF_RANGE, Decimal("1e400"), Decimal("1e-400"), Decimal("0e999999"), 10**40, "9" * 5000],
)  # fmt: skip
def test_what_is_no_amount(raw: Json) -> None:
    with pytest.raises(ProtocolError, match="probe: amount"):
        probe(amount=raw)


def test_a_float_is_no_amount() -> None:
    with pytest.raises(ValueError, match="amount"):
        Probe.model_validate({"amount": 25.5})


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_an_amount_survives_the_wire_exactly(amount: Decimal) -> None:
    for text in (f'{{"amount": {amount:f}}}', f'{{"amount": "{amount:f}"}}'):
        parsed = read(Probe, parse_json(text.encode()), "probe").amount
        assert type(parsed) is Decimal
        assert parsed == amount
        assert Decimal(Money(parsed, "USD").wire) == amount


@given(st.binary(max_size=200))
def test_bytes_are_json_or_unreadable(body: bytes) -> None:
    with contextlib.suppress(Unreadable):
        parse_json(body)


numbers = st.one_of(st.integers(), st.floats(), st.booleans(), st.text(max_size=30), st.decimals())


@given(numbers)
def test_whatever_comes_no_amount_is_a_float(raw: object) -> None:
    try:
        amount = Probe.model_validate({"amount": raw}).amount
    except ValueError:
        return
    assert type(amount) is Decimal
    assert amount.is_finite()
    assert len(Money(amount, "USD").wire) < 40


def test_optional_amounts_may_be_blank_but_not_garbled() -> None:
    assert (probe(maybe=" ").maybe, probe(maybe=None).maybe, probe(maybe=3).maybe) == (None, None, Decimal(3))
    with pytest.raises(ProtocolError):
        probe(maybe="three")


def test_units() -> None:
    known: list[Json] = ["usd", "EUR ", "Credits", None]
    assert [probe(unit=raw).unit for raw in known] == ["USD", "EUR", "credits", "USD"]


@pytest.mark.parametrize("raw", ["", "dollars", "U$D", 7, "ÜSD"])
def test_what_is_no_unit(raw: Json) -> None:
    with pytest.raises(ProtocolError, match="probe: unit"):
        probe(unit=raw)


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2026-02-20T12:30:00Z", datetime(2026, 2, 20, 12, 30, tzinfo=UTC)),
        ("2026-02-20T14:30:00+02:00", datetime(2026, 2, 20, 12, 30, tzinfo=UTC)),
        ("2026-02-20T12:30:00.000000Z", datetime(2026, 2, 20, 12, 30, tzinfo=UTC)),
        ("2026-02-20 12:30:00", datetime(2026, 2, 20, 12, 30, tzinfo=UTC)),
        (1771590600, datetime(2026, 2, 20, 12, 30, tzinfo=UTC)),
        ("soon", None), ("", None), (True, None), ([], None), (10**30, None), ("0001-01-01T00:00:00+14:00", None),
        ("0001-01-01T00:00:00Z", None), ("1969-12-31T23:59:59Z", None), ("9999-12-31T23:59:59Z", None),
        ("9999-12-31T23:59:59-14:00", None), ("2026-02-20T12:30:00" + "0" * 10**6, None), (-1, None),
        (Decimal("1e9999999"), None), (Decimal("-1e9999999"), None), (Decimal("NaN"), None), (OUT_OF_RANGE, None),
    ],
)  # fmt: skip
def test_moments(raw: Json, moment: datetime | None) -> None:
    assert probe(at=raw).at == moment


def test_counts_flags_and_ids() -> None:
    counts: list[Json] = [7, "7", -1, "x", True, [], 10**13, Decimal("1e9999999"), OUT_OF_RANGE]
    assert [probe(count=raw).count for raw in counts] == [7, 7, *[None] * 7]
    flags: list[Json] = [True, 1, "1", "true", 0, "no", [], ""]
    assert [probe(flag=raw).flag for raw in flags] == [True] * 4 + [False] * 4
    ids: list[Json] = ["pi_1", 7, True, "../x", {}]
    assert [probe(other=raw).other for raw in ids] == ["pi_1", "7", None, None, None]


def test_text_is_safe_and_anything_else_is_empty() -> None:
    raws: list[Json] = ["a\x1b[31mb", 7, True, {}, None]
    assert [probe(text=raw).text for raw in raws] == ["a\ufffd[31mb", "7", "", "", ""]


def test_what_cannot_be_read_is_named_but_never_quoted() -> None:
    with pytest.raises(ProtocolError) as caught:
        probe(amount="4242424242424242x")
    assert "4242" not in f"{caught.value} {caught.value!r} {caught.value.__context__!r}"


def test_a_number_out_of_range_is_no_text_and_no_id() -> None:
    found = probe(text=OUT_OF_RANGE, other=OUT_OF_RANGE, flag=OUT_OF_RANGE)
    assert (found.text, found.other, found.flag) == ("", None, False)


@pytest.mark.parametrize("rows_of", [modelslab_rows, factory_rows])
def test_a_list_of_more_rows_than_anybody_asks_for_is_refused(rows_of: Callable[..., list[Json]]) -> None:
    row: dict[str, Json] = {"id": 1}
    assert len(rows_of({"items": [row] * 10_000}, "transactions")) == 10_000
    with pytest.raises(ProtocolError, match="more than 10,000 rows"):
        rows_of({"items": [row] * 10_001}, "transactions")
