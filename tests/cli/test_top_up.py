"""`billtop lots`, `top-up` and `ensure-funded` where credits are bought in lots, against a sandbox, in this process."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tui.cli import main
from tui.sandbox.harness import RunningSandbox, start_sandbox


@dataclass(frozen=True)
class Ran:
    code: int
    document: Any
    said: str


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def server() -> Iterator[RunningSandbox]:
    with start_sandbox(rows=5, clock_at="2026-11-20T12:00:00Z") as running:
        yield running


@pytest.fixture
def sandbox(server: RunningSandbox) -> RunningSandbox:
    server.reset()
    return server


@pytest.fixture
def run(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("BILLTOP_PROVIDER", "olostep")
    monkeypatch.setenv("BILLTOP_BASE_URL", sandbox.olostep_url)
    monkeypatch.setenv("BILLTOP_TOKEN", sandbox.olostep_token)

    def command(*arguments: str) -> Ran:
        capsys.readouterr()
        code = main([*arguments, "--json"])
        told = capsys.readouterr()
        return Ran(code, json.loads(told.out), told.err)

    return command


def test_lots_and_overview(run: Run, sandbox: RunningSandbox) -> None:
    sandbox.settings(olostep_allow_usage=False)
    told = run("lots")
    assert (told.code, told.document["usable"]) == (0, False)
    first = told.document["items"][0]
    assert first == {
        "kind": "Subscription",
        "allocated": {"amount": "10000", "unit": "credits"},
        "remaining": {"amount": "8500", "unit": "credits"},
        "expires_at": "2026-12-01T00:00:00Z",
    }
    assert {each["kind"] for each in told.document["items"]} == {
        "Subscription", "Top-up", "Manual", "Setup", "Pending"
    }  # fmt: skip
    overview = run("overview").document
    assert overview["balance"] == {"amount": "17750", "unit": "credits"}
    assert (overview["lots"], overview["payment_methods"]) == (told.document["items"], None)
    assert overview["subscriptions"][0]["plan_id"] == "SUB_PRO"


def test_a_top_up_is_paid_once_and_its_credits_come_later(run: Run, sandbox: RunningSandbox) -> None:
    sandbox.settings(issue_seconds=3600)
    paid = run("top-up", "10000", "--yes")
    assert (paid.code, paid.document["status"]) == (0, "done")
    assert paid.document["payment_intent_id"] == sandbox.charges()[0]["payment_intent_id"]
    waiting = run("ensure-funded", "--min", "20000", "--top-up", "10000", "--yes")
    assert (waiting.code, "still being issued" in waiting.document["error"]["message"]) == (7, True)
    sandbox.advance_clock(3601)
    sandbox.use_credits(100)
    assert run("intents", "--check", paid.document["intent_id"][:8]).document["balance"]["amount"] == "27650"
    assert run("intents").document["items"][0]["status"] == "done"
    enough = run("ensure-funded", "--min", "20000", "--top-up", "10000", "--yes")
    assert (enough.code, enough.document["intent_id"]) == (0, None)
    assert len(sandbox.charges()) == 1


@pytest.mark.parametrize(
    ("outcome", "code", "kind", "provider_code", "charged"),
    [
        ("declined", 6, "declined", "payment_failed", 0),
        ("no_card", 1, "invalid", "no_payment_method", 0),
        ("no_customer", 1, "invalid", "no_stripe_customer", 0),
        ("unknown_charged", 8, "unknown", "payment_status_unknown", 1),
    ],
)
def test_how_a_top_up_fails(
    run: Run, sandbox: RunningSandbox, outcome: str, code: int, kind: str, provider_code: str, charged: int
) -> None:
    sandbox.settings(topup_outcome=outcome)
    ended = run("top-up", "20000", "--yes")
    error = ended.document["error"]
    assert (ended.code, error["kind"], error["code"]) == (code, kind, provider_code)
    assert error["request_id"]
    assert len(sandbox.charges()) == charged


def test_an_unknown_one_blocks_the_same_until_its_lot_is_found(run: Run, sandbox: RunningSandbox) -> None:
    sandbox.settings(topup_outcome="unknown_charged")
    lost = run("top-up", "20000", "--yes")
    sandbox.settings(topup_outcome="paid")
    sandbox.advance_clock(61)
    blocked = run("top-up", "20000", "--yes")
    assert (blocked.code, blocked.document["error"]["kind"]) == (8, "blocked")
    assert run("intents", "--check", lost.document["intent_id"]).code == 0
    assert len(sandbox.charges()) == 1
    assert run("top-up", "20000", "--yes").code == 0
    assert len(sandbox.charges()) == 2


def test_processing_and_the_cooldown_have_codes_of_their_own(run: Run, sandbox: RunningSandbox) -> None:
    sandbox.settings(topup_outcome="processing")
    taken = run("top-up", "10000", "--yes")
    assert (taken.code, taken.document["status"]) == (7, "processing")
    early = run("top-up", "20000", "--yes")
    assert (early.code, early.document["error"]["code"]) == (4, "purchase_topup_cooldown")
    assert 0 < early.document["error"]["retry_after"] <= 60
    assert len(sandbox.charges()) == 1
    sandbox.settings(topup_cooldown_seconds=0)
    assert run("top-up", "20000", "--yes").code == 7
    assert len(sandbox.charges()) == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("top-up", "5", "--yes"), 2),
        (("top-up", "10000", "--yes", "--read-only"), 2),
        (("top-up", "10000"), 2),
        (("plans",), 2),
        (("fund", "10", "--card", "default"), 2),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_refused_without_a_charge(run: Run, sandbox: RunningSandbox, arguments: tuple[str, ...], code: int) -> None:
    assert run(*arguments).code == code
    assert sandbox.charges() == []


def test_a_key_that_is_not_valid(run: Run, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLTOP_TOKEN", "wrong-key")
    for status in (402, 401):
        sandbox.settings(olostep_key_status=status)
        assert run("lots").document["error"]["kind"] == "not_authenticated"
    assert run("top-up", "10000", "--yes").code == 3
    assert sandbox.charges() == []
