"""Product Factory's client against the running sandbox: every endpoint of a user, and a checkout from link to paid."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from tests.conftest import NOW, Sandboxes
from tests.payments.scripted import HandClock
from tui.config.accounts import make_account
from tui.domain import CheckoutSession, CheckoutState, LinkRequest, Purpose, SafeText, SystemClock, Transaction
from tui.payments.checkouts.journal import CheckoutJournal
from tui.payments.checkouts.links import open_checkout
from tui.payments.checkouts.poller import CheckoutPoller
from tui.providers.base import TransactionQuery, having
from tui.providers.connect import connect, sign_in
from tui.providers.errors import Invalid, NotAuthenticated, NotFound
from tui.providers.product_factory.client import ProductFactoryClient
from tui.sandbox.harness import RunningSandbox
from tui.sandbox.product_factory.seed import PASSWORD

EMAIL = "ada@lovelace-studio.example"
PRO = LinkRequest(Purpose.SUBSCRIBE, plan_id="plan_pro", plan_name=SafeText("Pro"), channel=SafeText("stripe"))


@pytest.fixture(scope="module")
def sandbox(sandboxes: Sandboxes) -> RunningSandbox:
    return sandboxes(rows=300)


@pytest.fixture
async def provider(sandbox: RunningSandbox) -> AsyncIterator[ProductFactoryClient]:
    sandbox.reset()
    sandbox.settings(rate_limits=False)
    connected = await open_account(sandbox, sandbox.product_factory_token)
    yield connected
    await connected.aclose()


async def open_account(sandbox: RunningSandbox, token: str) -> ProductFactoryClient:
    url = sandbox.product_factory_url
    account = make_account(name="s", provider="product-factory", base_url=url, token=token)
    return having(await asyncio.to_thread(connect, account, SystemClock()), ProductFactoryClient)


def pay(sandbox: RunningSandbox, session: CheckoutSession) -> None:
    found = re.search(r"cs_test_[A-Za-z0-9]+", session.url or "")
    assert found is not None
    sandbox.pay(found.group())


async def test_the_account_agrees_with_itself(provider: ProductFactoryClient) -> None:
    rows: list[Transaction] = []
    while page := (await provider.transactions(TransactionQuery(limit=100, offset=len(rows)))).items:
        rows += page
    net = sum(row.amount.amount * (1 if row.direction == "credit" else -1) for row in rows)
    assert net == (await provider.balance()).available.amount
    assert len({row.id for row in rows}) == len(rows)
    orders = await provider.orders()
    assert await provider.order(orders[0].id) == orders[0]
    assert {order.plan_id for order in orders} <= {plan.id for plan in (await provider.plans()).items}


async def test_a_day_has_one_check_in(provider: ProductFactoryClient) -> None:
    before = (await provider.balance()).available
    first, second = await provider.check_in(), await provider.check_in()
    assert first.awarded is not None
    assert (await provider.balance()).available == before + first.awarded == first.balance
    assert second.done_before


@pytest.mark.parametrize(
    "settings",
    [
        {"order_id_field": "order_id", "envelope_flag": "ok", "redirect_field": "session_url"},
        {"envelope_flag": "none", "redirect_field": "checkout_url", "secure_session_cookie": True},
    ],
)
async def test_a_checkout_is_paid_once_its_order_is_completed(
    provider: ProductFactoryClient, sandbox: RunningSandbox, tmp_path: Path, settings: dict[str, str | bool]
) -> None:
    sandbox.settings(**settings, hold_webhooks=True)
    clock = HandClock(NOW)
    journal = CheckoutJournal(tmp_path / "payments.sqlite3")
    poller = CheckoutPoller(provider, journal, clock, lambda _: None, Random(1))

    async def looked_at(session: CheckoutSession) -> CheckoutSession:
        poller.check_now(session.session_id)
        await poller.step()
        found = journal.get(session.account, session.session_id)
        assert found is not None
        return found

    before = await provider.balance()
    paid, left = [await open_checkout(provider, journal, clock, PRO) for _ in range(2)]
    assert (await looked_at(paid)).state is CheckoutState.PENDING
    pay(sandbox, paid)
    # The payment page says paid; until its event arrives the order is not, and neither is the checkout.
    assert (await looked_at(paid)).state is CheckoutState.PENDING
    sandbox.deliver_events()
    done = await looked_at(paid)
    assert done.state is CheckoutState.PAID
    assert done.balance == (await provider.balance()).available != before.available
    # The other link for the same plan is not taken for paid.
    assert (await looked_at(left)).state is CheckoutState.PENDING
    journal.close()


async def test_refusals(provider: ProductFactoryClient) -> None:
    with pytest.raises(NotFound):
        await provider.order("order_nobody_has")
    with pytest.raises(Invalid):
        await provider.create_payment_link(
            LinkRequest(Purpose.SUBSCRIBE, plan_id="plan_pro", channel=SafeText("x")), ""
        )


async def test_the_portal_is_on_the_sandbox_itself(provider: ProductFactoryClient, sandbox: RunningSandbox) -> None:
    assert (await provider.portal_link()).startswith(sandbox.origin + "/")


async def test_logging_in_by_email_and_the_end_of_a_session(
    provider: ProductFactoryClient, sandbox: RunningSandbox
) -> None:
    url = sandbox.product_factory_url
    token, _ = await sign_in("product-factory", url, EMAIL, PASSWORD, SystemClock())
    account = await open_account(sandbox, token)
    assert (await account.session()).email == EMAIL
    sandbox.advance_clock(8 * 86_400)
    with pytest.raises(NotAuthenticated) as ended:
        await account.balance()
    await account.aclose()
    assert "billtop login" in ended.value.next_step
    with pytest.raises(NotAuthenticated) as refused:
        await sign_in("product-factory", url, EMAIL, "wrong-pass", SystemClock())
    assert "wrong-pass" not in repr(refused.value)
