"""Every kind of money call in every state: a title, a word, sentences that tell about the money, and what to do."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from string import Formatter

import pytest

from tui.domain import (
    AnswerKind,
    CallKind,
    CheckoutSession,
    CheckoutState,
    Intent,
    IntentState,
    LinkRequest,
    Money,
    MoneyCall,
    Purpose,
    SafeText,
)
from tui.payments.actions import actions
from tui.payments.intents.rows import from_row, to_row
from tui.payments.kinds import KINDS, PaymentAction, Resend, kind_of, title_of
from tui.payments.text import Tone, advice_text, dismissal_lines, outcome_text, state_word

NOW = datetime(2026, 11, 20, 18, 24, 5, tzinfo=UTC)
ENDED = NOW + timedelta(minutes=1)
PARTS = {"amount": "$25.00", "card": "visa ···· 4242", "plan": "Pro", "code": "W50", "user": "user_linus"}
OPEN_WORDS = {
    IntentState.SENT: "…",
    IntentState.PROCESSING: "may still be",
    IntentState.UNKNOWN: "may have been",
}
"""What tells that the money may move or have moved."""
WORTH_DOING = {
    IntentState.PREPARED: {PaymentAction.DISMISS},
    IntentState.PROCESSING: {PaymentAction.CHECK, PaymentAction.DISMISS},
    IntentState.ISSUING: {PaymentAction.CHECK},
    IntentState.UNKNOWN: {PaymentAction.CHECK, PaymentAction.DISMISS},
}
"""What every kind offers in a state that is not settled; none offers any of it in another state."""


def intent_of(kind: CallKind, state: IntentState) -> Intent:
    sent = None if state is IntentState.PREPARED else NOW
    return Intent(
        "i1",
        "account",
        "https://api.example",
        title_of(kind, **PARTS),
        Money(Decimal(25), "USD"),
        "pm_1" if kind is CallKind.FUND else None,
        MoneyCall(kind, "POST", "/path", b"{}"),
        "key",
        NOW,
        state,
        sent_at=sent,
        settled_at=None if state.unsettled else ENDED,
        note=SafeText("the provider says no") if state is IntentState.FAILED else SafeText(),
        answer=AnswerKind.REFUSED if state is IntentState.FAILED else None,
    )


def is_sentences(told: str) -> bool:
    """Whether a text reads as sentences: a capital, an end, and nothing that was not filled in."""
    return told[:1].isupper() and told[-1:] in ".…" and not set("{}") & set(told) and "  " not in told


def test_every_kind_has_an_entry_whose_texts_can_be_filled_in() -> None:
    assert set(KINDS) == set(CallKind)
    for kind in KINDS.values():
        for template in (kind.title, kind.what, kind.doing, kind.done):
            named = {name for _, name, _, _ in Formatter().parse(template) if name}
            assert named <= {"title", *PARTS}, template
        assert all((kind.noun, kind.verb, kind.event, kind.inputs, kind.records))
        assert kind.happened.startswith("The ")
        assert kind.happened.endswith(f" {kind.verb}.")
        assert kind.actions >= {PaymentAction.CHECK, PaymentAction.REPEAT, PaymentAction.DISMISS}


@pytest.mark.parametrize("state", IntentState)
@pytest.mark.parametrize("kind", CallKind)
def test_every_kind_tells_every_state(kind: CallKind, state: IntentState) -> None:
    intent, entry = intent_of(kind, state), KINDS[kind]
    word, tone = state_word(intent)
    told = outcome_text(intent, UTC)
    assert word
    assert word == word.strip()
    assert "{" not in word
    assert (tone is Tone.GOOD) == state.succeeded
    assert is_sentences(told), told
    # A refusal is told in the provider's own sentence.
    assert state in {IntentState.FAILED, IntentState.REQUIRES_ACTION} or any(part in told for part in PARTS.values())
    assert_about_the_money(intent, told)
    found = actions(intent, ENDED)
    assert set(found.possible) <= entry.actions
    assert not found.refused.keys() & set(found.possible)
    assert all(is_sentences(reason) for reason in found.refused.values())
    assert {PaymentAction.CHECK, PaymentAction.DISMISS} & set(found.possible) == WORTH_DOING.get(state, set())
    again = state is IntentState.PREPARED or (state.in_doubt and entry.resend is not Resend.NEVER)
    assert (PaymentAction.REPEAT in found) == again
    for line in (*dismissal_lines(intent), advice_text(intent, found.possible)):
        assert not line or is_sentences(line), line


def assert_about_the_money(intent: Intent, told: str) -> None:
    """Each outcome says whether money moved, did not, or may have."""
    entry = kind_of(intent)
    if intent.state.uncharged:
        assert f"Nothing was {entry.verb}." in told
    elif intent.state.succeeded:
        assert told.startswith(("Charged", "Bought", "Booked", "Done", "Paid"))
        assert "may" not in told
    elif intent.state.dismissed:
        assert f"may have been {entry.verb}" in told
    else:
        assert OPEN_WORDS[intent.state] in told


@pytest.mark.parametrize("state", CheckoutState)
def test_a_link_tells_every_state(state: CheckoutState) -> None:
    session = CheckoutSession(
        "cs_1",
        "account",
        "https://api.example",
        LinkRequest(Purpose.FUND, amount=Money(Decimal(25), "USD")),
        None,
        NOW,
        ENDED,
        state,
        closed_at=None if state.open else ENDED,
    )
    word, tone = state_word(session)
    told = outcome_text(session, UTC)
    assert word
    assert (tone is Tone.GOOD) == state.succeeded
    assert is_sentences(told)
    assert "$25.00" in told
    found = actions(session, NOW)
    assert (PaymentAction.DISMISS in found) == state.open
    assert (PaymentAction.CHECK in found) == (not state.succeeded)
    assert (PaymentAction.LINK in found) == state.reopenable
    assert all(is_sentences(line) for line in dismissal_lines(session))


def test_the_traits_of_a_state_are_those_its_properties_name() -> None:
    for states in (IntentState, CheckoutState):
        for trait in {trait for state in states for trait in state.traits}:
            assert all(getattr(state, trait) == (trait in state.traits) for state in states), trait
        with pytest.raises(KeyError):
            states.sql("unheard of")


@pytest.mark.parametrize(
    ("kind", "path", "columns"),
    [
        (CallKind.FUND, "/wallet/fund", (1, 1, 1, 0)),
        (CallKind.TOP_UP, "/user/purchase-topup", (0, 0, 1, 0)),
        (CallKind.SUBSCRIBE, "/subscriptions", (1, 1, 0, 0)),
        (CallKind.RESTART, "/subscriptions/12/reset-cycle", (0, 1, 0, 0)),
        (CallKind.REPAIR, "/subscriptions/12/fix-payment", (0, 1, 0, 0)),
        (CallKind.COUPON, "/wallet/coupons/redeem", (0, 1, 0, 0)),
        (CallKind.WITHDRAWAL, "/wallet/withdraw", (0, 1, 0, 0)),
        (CallKind.ADJUSTMENT, "/admin/credits/manual", (0, 0, 0, 1)),
    ],
)
def test_an_older_billtop_reads_what_this_one_writes_and_the_other_way_round(
    kind: CallKind, path: str, columns: tuple[int, ...]
) -> None:
    """Older versions keep what follows from the kind in columns of its own; the oldest kept no kind."""
    intent = intent_of(kind, IntentState.UNKNOWN)
    row = to_row(intent.with_(call=MoneyCall(kind, "POST", path, b"{}")))
    assert tuple(row[name] for name in ("resend_allowed", "keyed", "credits", "adjusts")) == columns
    with closing(sqlite3.connect(":memory:")) as db:
        db.row_factory = sqlite3.Row
        selected = ", ".join(f":{name} AS {name}" for name in row)
        for told in (row, {**row, "kind": None}):
            read = from_row(db.execute(f"SELECT {selected}", told).fetchone())
            assert (read.call.kind, read.state) == (kind, IntentState.UNKNOWN)
