"""Hostile text around paying: account names, errors, notes, plan names, toasts. Shown, never obeyed."""

import asyncio
from dataclasses import replace

import pytest

from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, FakeSource
from tests.tui.hostile import Hostile, check, poison
from tests.tui.looking import running_text, segments, settled, toasts, until
from tests.tui.reading import press
from tui.app.billing_app import BillingApp
from tui.domain import AnswerKind, ConfirmAnswer, ConfirmKind, Mode, MoneyAnswer, SafeText
from tui.providers.errors import Invalid, NotAuthenticated, RateLimited
from tui.screens.payments.checkout import CheckoutDialog


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_overview_and_top_line(make_app: MakeApp, hostile: Hostile, size: tuple[int, int]) -> None:
    bad = hostile.text
    provider = FakeProvider(Mode.LIVE, name=hostile.raw(), title=bad())
    poison(provider, hostile)
    app = make_app(source=FakeSource(provider))
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        check(app)
        provider.failing = {"subscriptions": RateLimited(bad(), request_id=bad(), hint=bad())}
        await pilot.press("r")
        await settled(pilot)
        check(app)
        await pilot.press("question_mark")
        check(app)
        assert app.is_running


async def test_the_words_of_a_failed_connection(make_app: MakeApp, provider: FakeProvider, hostile: Hostile) -> None:
    bad = hostile.text
    app = make_app(source=FakeSource(provider, NotAuthenticated(bad(), request_id=bad(), hint=bad())))
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("f")
        check(app)
        assert app.is_running


async def test_paying(make_app: MakeApp, hostile: Hostile) -> None:
    bad = hostile.text
    provider = FakeProvider(Mode.LIVE, name=hostile.raw(), title=bad())
    poison(provider, hostile)
    app = make_app(source=FakeSource(provider))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        refusals = (Invalid(bad(), fields={"amount": (bad(),)}), RateLimited(bad(), request_id=bad(), hint=bad()))
        await pilot.press("f", "5", "0")
        for refusal in refusals:
            provider.failing = {"create_payment_link": refusal}
            await pilot.press("enter")
            await pilot.pause()
            check(app)
        provider.failing = {}
        await pilot.press("escape")
        app.open_subscribe(replace(provider.catalog.items[0], name=bad()))
        await pilot.pause()
        check(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CheckoutDialog))
        for kind in (ConfirmKind.TRANSIENT, ConfirmKind.AUTH, ConfirmKind.DECLINED):
            provider.answer = ConfirmAnswer(kind, bad(), request_id=bad())
            provider.looks = 0
            await pilot.press("enter")
            await until(pilot, lambda: provider.looks > 0)
            check_but_link(app, provider.url)
        await pilot.press("escape", "6")
        await pilot.pause()
        check(app)
        assert app.is_running


ANSWERS = (
    AnswerKind.DECLINED,
    AnswerKind.LIMITED,
    AnswerKind.NOT_ALLOWED,
    AnswerKind.REQUIRES_ACTION,
    AnswerKind.PROCESSING,
    AnswerKind.DONE,
    AnswerKind.REFUSED,
    AnswerKind.LOST,
)
"""The last is the one that stays open and stands in the way of the next."""


async def test_charging(make_app: MakeApp, hostile: Hostile) -> None:
    bad = hostile.text
    provider = FakeProvider(Mode.LIVE, name=hostile.raw(), title=bad())
    poison(provider, hostile)
    app = make_app(source=FakeSource(provider))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        for kind in ANSWERS:
            fields: dict[str, tuple[SafeText, ...]] = {"amount": (bad(), bad())}
            answer = MoneyAnswer(kind, bad(), decline_code=bad(), request_id=bad(), fields=fields)
            provider.charges, provider.charge_answers = [], [answer]
            # Another amount each time: what is processing does not stand in the way of the next.
            await press(pilot, "f", "down", *f"{25 + ANSWERS.index(kind)}", "enter")
            check(app)
            await press(pilot, "right", "enter")
            await until(pilot, lambda: bool(provider.charges) and not app.account_session.paying)
            check(app)
            await press(pilot, "escape", "6")
            check(app)
            await press(pilot, "enter")
            check(app)
            await press(pilot, "escape")
        await press(pilot, "f", "down", *f"{24 + len(ANSWERS)}", "enter", "right", "enter")
        check(app)
        assert "charged twice" in running_text(app)
        assert len(app.snapshot.intents) == len(ANSWERS)


async def test_the_toast_of_a_charge(make_app: MakeApp, hostile: Hostile) -> None:
    bad = hostile.text
    provider = FakeProvider(Mode.LIVE, name=hostile.raw(), title=bad())
    poison(provider, hostile)
    provider.charge_answers, provider.charge_gate = [MoneyAnswer(AnswerKind.DECLINED, bad(), bad())], asyncio.Event()
    app = make_app(source=FakeSource(provider))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        await press(pilot, "f", "down", "enter", "right", "enter", "escape")
        provider.charge_gate.set()
        await until(pilot, lambda: "Nothing was charged." in toasts(app))
        check(app)


def check_but_link(app: BillingApp, url: str) -> None:
    """As `check`; the payment link itself is a link on purpose."""
    check(app)
    links = {segment.style.link for segment in segments(app) if segment.style and segment.style.link}
    assert links <= {url}
