"""The client against the running sandbox: every reading endpoint, and a payment link from creation to its end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.conftest import Sandboxes
from tests.contract.foreign import checkout
from tests.contract.judging import confirmed, sent
from tui.config.accounts import make_account
from tui.domain import (
    AnswerKind,
    AutoRecharge,
    ConfirmKind,
    LinkRequest,
    Money,
    ProfileChange,
    Purpose,
    Subscription,
    SystemClock,
)
from tui.domain.wallet import DEBIT
from tui.providers.base import TransactionQuery, having
from tui.providers.connect import connect
from tui.providers.errors import Invalid, NotAuthenticated, NotFound, RateLimited
from tui.providers.modelslab.client import ModelsLabClient
from tui.sandbox.harness import RunningSandbox

AMPLE = timedelta(seconds=30)
FUND_25 = LinkRequest(Purpose.FUND, amount=Money(Decimal(25), "USD"))


@pytest.fixture(scope="module")
def sandbox(sandboxes: Sandboxes) -> RunningSandbox:
    return sandboxes(rows=500)


@pytest.fixture
async def provider(sandbox: RunningSandbox) -> AsyncIterator[ModelsLabClient]:
    sandbox.reset()
    sandbox.settings(rate_limits=False)
    connected = await open_account(sandbox, sandbox.token)
    yield connected
    await connected.aclose()


async def open_account(sandbox: RunningSandbox, token: str) -> ModelsLabClient:
    account = make_account(name="s", provider="modelslab", base_url=sandbox.modelslab_url, token=token)
    return having(await asyncio.to_thread(connect, account, SystemClock()), ModelsLabClient)


async def test_the_account_agrees_with_itself(provider: ModelsLabClient) -> None:
    balance = await provider.balance()
    overview = await provider.overview()
    page = await provider.transactions(TransactionQuery(limit=1))
    assert overview.balance is not None
    assert page.balance is not None
    assert overview.balance.available == balance.available == page.balance.available
    assert page.balance.credited is not None
    assert page.balance.used is not None
    assert page.balance.credited - page.balance.used == balance.available
    assert overview.invoice_count == len(await provider.invoices())


async def test_the_ledger_pages_without_gap_or_repeat(provider: ModelsLabClient) -> None:
    pages = [await provider.transactions(TransactionQuery(limit=200, offset=offset)) for offset in (0, 200, 400)]
    rows = [row for page in pages for row in page.items]
    assert {page.total for page in pages} == {500}
    assert len({row.id for row in rows}) == 500
    moments = [row.at for row in rows if row.at]
    assert moments == sorted(moments, reverse=True)
    assert len(moments) == 500
    debits = await provider.transactions(TransactionQuery(direction=DEBIT, limit=200))
    assert {row.direction for row in debits.items} == {DEBIT}
    assert debits.total == sum(row.direction == DEBIT for row in rows)


async def test_plans_subscriptions_and_their_status(provider: ModelsLabClient) -> None:
    catalog = await provider.plans()
    assert catalog.minimum_top_up == Money(Decimal(10), "USD")
    assert all(plan.name and plan.prices for plan in catalog.items)
    found = await provider.subscriptions()
    assert found
    assert len({one.key for one in found}) == len(found)
    assert {one.plan_id for one in found} <= {plan.id for plan in catalog.items}
    report = await provider.subscription_status(found[0].id)
    assert report.id == found[0].id


async def test_invoices_cards_and_profile(provider: ModelsLabClient) -> None:
    invoices = await provider.invoices()
    assert [invoice.at for invoice in invoices] == sorted((i.at for i in invoices if i.at), reverse=True)
    paid = next(invoice for invoice in invoices if invoice.status == "paid")
    detail = await provider.invoice(paid.id)
    assert detail.amount == paid.amount
    assert sum((line.amount.amount for line in detail.lines), Decimal(0)) == paid.amount.amount
    assert (await provider.invoice_links(paid.id)).pdf_url
    cards = await provider.payment_methods()
    assert sum(card.is_default for card in cards) == 1
    assert all(len(card.last4) == 4 and card.exp_month for card in cards)
    assert (await provider.billing_profile()).name


async def test_a_link_is_pending_then_paid_and_the_balance_rises(
    sandbox: RunningSandbox, provider: ModelsLabClient
) -> None:
    before = (await provider.balance()).available
    link = await provider.create_payment_link(FUND_25, "key-paid")
    assert link.expires_at is not None
    assert (await confirmed(provider, checkout(link.session_id))).kind is ConfirmKind.PENDING
    sandbox.pay(link.session_id)
    for _ in range(2):
        answer = await confirmed(provider, checkout(link.session_id))
        assert (answer.kind, answer.balance) == (ConfirmKind.PAID, before + Money(Decimal(25), "USD"))
    assert (await provider.balance()).available == before + Money(Decimal(25), "USD")
    newest = (await provider.transactions(TransactionQuery(limit=1))).items[0]
    assert (newest.direction, newest.amount, newest.usecase) == ("credit", FUND_25.amount, "wallet_funding")
    assert newest.reference
    assert (await provider.payment_status(newest.reference)).status == "succeeded"


async def test_the_same_key_makes_the_same_link(sandbox: RunningSandbox, provider: ModelsLabClient) -> None:
    first = await provider.create_payment_link(FUND_25, "key-same")
    assert await provider.create_payment_link(FUND_25, "key-same") == first
    assert len(sandbox.checkouts()) == 1


@pytest.mark.parametrize("style", ["409", "202", "200_pending", "402", "422", "425"])
async def test_every_way_of_saying_not_yet(sandbox: RunningSandbox, provider: ModelsLabClient, style: str) -> None:
    sandbox.settings(confirm_pending_style=style)
    link = await provider.create_payment_link(FUND_25, "key-style")
    assert (await confirmed(provider, checkout(link.session_id))).kind is ConfirmKind.PENDING


async def test_undocumented_shapes_tell_the_same(sandbox: RunningSandbox, provider: ModelsLabClient) -> None:
    balance, subscriptions = await provider.balance(), await provider.subscriptions()
    sandbox.settings(nested_balance=True, envelope_everything=True, flat_subscriptions=True)
    assert (await provider.balance()).available == balance.available
    assert {one.key for one in await provider.subscriptions()} == {one.key for one in subscriptions}
    assert (await provider.create_payment_link(FUND_25, "key-enveloped")).url.startswith(sandbox.origin)


async def test_a_declined_card_leaves_the_link_open(sandbox: RunningSandbox, provider: ModelsLabClient) -> None:
    link = await provider.create_payment_link(FUND_25, "key-declined")
    sandbox.decline(link.session_id)
    assert (await confirmed(provider, checkout(link.session_id))).kind is ConfirmKind.PENDING


async def test_an_expired_link(sandbox: RunningSandbox, provider: ModelsLabClient) -> None:
    link = await provider.create_payment_link(FUND_25, "key-expired")
    sandbox.expire(link.session_id)
    assert (await confirmed(provider, checkout(link.session_id))).kind is ConfirmKind.EXPIRED


async def test_an_unknown_session(provider: ModelsLabClient) -> None:
    answer = await confirmed(provider, checkout("cs_test_nobody_knows"))
    assert answer.kind is ConfirmKind.UNKNOWN_SESSION


async def test_a_subscription_is_paid_by_link(sandbox: RunningSandbox, provider: ModelsLabClient) -> None:
    plan = (await provider.plans()).items[0]
    request = LinkRequest(Purpose.SUBSCRIBE, plan_id=plan.id, plan_name=plan.name)
    link = await provider.create_payment_link(request, "key-subscribe")
    assert (await confirmed(provider, checkout(link.session_id, Purpose.SUBSCRIBE))).kind is ConfirmKind.PENDING
    before = {one.key for one in await provider.subscriptions()}
    sandbox.pay(link.session_id)
    assert (await confirmed(provider, checkout(link.session_id, Purpose.SUBSCRIBE))).kind is ConfirmKind.PAID
    (made,) = [one for one in await provider.subscriptions() if one.key not in before]
    assert (made.plan_id, made.status) == (plan.id, "active")


async def test_too_small_an_amount_is_refused_in_words(provider: ModelsLabClient) -> None:
    with pytest.raises(Invalid) as caught:
        await provider.create_payment_link(LinkRequest(Purpose.FUND, Money(Decimal(1), "USD")), "key-small")
    assert "amount" in caught.value.fields


async def test_a_wrong_token(sandbox: RunningSandbox) -> None:
    stranger = await open_account(sandbox, "wrong")
    with pytest.raises(NotAuthenticated):
        await stranger.balance()
    assert (await stranger.confirm_checkout(checkout("cs_1"))).kind is ConfirmKind.AUTH
    await stranger.aclose()


async def test_unknown_things_are_not_found(provider: ModelsLabClient) -> None:
    with pytest.raises(NotFound):
        await provider.invoice("in_nobody_knows")


async def test_the_servers_clock_is_read(sandbox: RunningSandbox, provider: ModelsLabClient) -> None:
    sandbox.advance_clock(3600)
    await provider.balance()
    assert provider.server_offset > timedelta(minutes=59)


async def test_trouble_of_the_server(sandbox: RunningSandbox, provider: ModelsLabClient) -> None:
    link = await provider.create_payment_link(FUND_25, "key-trouble")
    sandbox.pay(link.session_id)
    sandbox.fault("/wallet/confirm-checkout", status=500)
    sandbox.fault("/wallet/confirm-checkout", drop=True)
    kinds = [(await confirmed(provider, checkout(link.session_id))).kind for _ in range(3)]
    assert kinds == [ConfirmKind.TRANSIENT, ConfirmKind.TRANSIENT, ConfirmKind.PAID]


async def test_the_rate_limit_says_how_long_to_wait(sandbox: RunningSandbox, provider: ModelsLabClient) -> None:
    sandbox.settings(rate_limits=True)
    for number in range(15):
        await provider.create_payment_link(FUND_25, f"key-{number}")
    with pytest.raises(RateLimited) as caught:
        await provider.create_payment_link(FUND_25, "key-15")
    assert caught.value.retry_after is not None
    assert timedelta(0) < caught.value.retry_after <= timedelta(minutes=1)


async def subscription(provider: ModelsLabClient, key: str) -> Subscription:
    return next(each for each in await provider.subscriptions() if each.key == key)


async def test_a_subscription_is_paused_resumed_and_moved_to_another_plan(provider: ModelsLabClient) -> None:
    ours = await subscription(provider, "enterprise:45")
    await provider.pause_subscription(ours)
    assert (await subscription(provider, ours.key)).status == "paused"
    await provider.resume_subscription(ours)
    assert (await subscription(provider, ours.key)).status == "active"
    others = [plan for plan in (await provider.plans()).items if plan.category == "enterprise"]
    wanted = next(plan for plan in others if plan.id != ours.plan_id)
    await provider.change_plan(ours, wanted.id)
    assert (await subscription(provider, ours.key)).plan_id == wanted.id


async def test_a_number_that_was_given_twice_changes_only_what_is_meant(provider: ModelsLabClient) -> None:
    addon, other = await subscription(provider, "addon:45"), await subscription(provider, "enterprise:45")
    with pytest.raises(Invalid, match="twice"):
        await provider.pause_subscription(addon)
    with pytest.raises(Invalid, match="twice"):
        await provider.restart_call(addon)
    assert [await subscription(provider, each.key) for each in (addon, other)] == [addon, other]


async def price_of(provider: ModelsLabClient, one: Subscription) -> Money:
    """What the plan of a subscription costs."""
    plan = next(each for each in (await provider.plans()).items if each.id == one.plan_id)
    return plan.prices[0].amount


async def test_a_new_period_is_charged_once_and_seen_in_the_status(
    sandbox: RunningSandbox, provider: ModelsLabClient
) -> None:
    running = await subscription(provider, "enterprise:45")
    price = await price_of(provider, running)
    call = await provider.restart_call(running)
    begun = SystemClock().now() + provider.server_offset
    assert await provider.proof_of(call, begun) is None
    assert {(await sent(provider, call, price, "key-restart")).kind for _ in range(2)} == {AnswerKind.DONE}
    assert len(sandbox.charges()) == 1
    assert await provider.proof_of(call, begun) == "the provider says that its period began then"


async def test_what_a_subscription_owes_is_charged_once_and_seen_in_the_list(
    sandbox: RunningSandbox, provider: ModelsLabClient
) -> None:
    owing = await subscription(provider, "addon:45")
    price = await price_of(provider, owing)
    call = await provider.repair_call(owing)
    begun = SystemClock().now()
    assert await provider.proof_of(call, begun) is None
    answer = await sent(provider, call, price, "key-repair")
    assert (answer.kind, bool(answer.payment_intent_id)) == (AnswerKind.DONE, True)
    assert await provider.proof_of(call, begun) == "the provider says that the subscription runs again"
    assert (await sent(provider, call, price, "key-again")).kind is AnswerKind.REFUSED
    assert len(sandbox.charges()) == 1


async def test_the_billing_profile_and_the_automatic_recharge_are_changed(provider: ModelsLabClient) -> None:
    before = await provider.billing_profile()
    await provider.change_profile(ProfileChange(name="Ada & Co", city="Turin", country="IT"))
    after = await provider.billing_profile()
    assert (after.name, after.email, after.tax_id) == ("Ada & Co", before.email, before.tax_id)
    assert "IT" in after.address
    await provider.set_auto_recharge(AutoRecharge(Money(Decimal("50.5"), "USD"), Money(Decimal(10), "USD")))
    await provider.stop_auto_recharge()
    with pytest.raises(Invalid, match=r"\$5\.00"):
        await provider.set_auto_recharge(AutoRecharge(Money(Decimal(4), "USD"), Money(Decimal(10), "USD")))


async def test_coupons_are_told_then_redeemed_once_and_a_bonus_charges_the_card(
    sandbox: RunningSandbox, provider: ModelsLabClient
) -> None:
    before = (await provider.balance()).available
    plain = await provider.coupon("WELCOME50", None)
    assert plain.gives is not None
    assert (plain.needs_purchase, plain.gives) == (False, Money(Decimal(50), "USD"))
    call = provider.redeem_call(plain, None, None)
    assert {(await sent(provider, call, plain.gives, "key-coupon")).kind for _ in range(2)} == {AnswerKind.DONE}
    assert (await sent(provider, call, plain.gives, "key-coupon-again")).kind is AnswerKind.REFUSED
    assert (await provider.balance()).available == before + Money(Decimal(50), "USD")
    assert sandbox.charges() == []
    bonus = await provider.coupon("BONUS20", FUND_25.amount)
    assert bonus.needs_purchase
    with pytest.raises(Invalid, match="needs an amount and a card"):
        provider.redeem_call(bonus, FUND_25.amount, None)
    card = (await provider.payment_methods())[0]
    assert FUND_25.amount is not None
    answer = await sent(provider, provider.redeem_call(bonus, FUND_25.amount, card.id), FUND_25.amount, "key-bonus")
    assert answer.kind is AnswerKind.DONE
    assert [charge["amount"] for charge in sandbox.charges()] == ["25.00"]
    with pytest.raises(NotFound):
        await provider.coupon("NOBODY", None)


async def test_withdrawing_is_refused_to_who_is_no_reseller(provider: ModelsLabClient) -> None:
    call = provider.withdraw_call(Money(Decimal(20), "USD"))
    assert (await sent(provider, call, Money(Decimal(20), "USD"), "key-withdraw")).kind is AnswerKind.NOT_ALLOWED


async def test_a_saved_card_subscribes_once_and_the_list_shows_it(
    sandbox: RunningSandbox, provider: ModelsLabClient
) -> None:
    card = next(each for each in await provider.payment_methods() if each.is_default)
    running = {each.plan_id for each in await provider.subscriptions()}
    plan = next(each for each in (await provider.plans()).items if each.id not in running)
    call = provider.subscribe_call(plan.id, card.id)
    begun = SystemClock().now() + provider.server_offset
    assert await provider.proof_of(call, begun) is None
    price = plan.prices[0].amount
    assert {(await sent(provider, call, price, "key-subscribe-card")).kind for _ in range(2)} == {AnswerKind.DONE}
    assert len(sandbox.charges()) == 1
    assert await provider.proof_of(call, begun) == "the provider says that a subscription to this plan began then"
