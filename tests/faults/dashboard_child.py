"""What the dashboard does to pay, without its screens: the real provider, desk and journal, in a process to be killed.

`subscribe PLAN CARD`, where CARD is a number in the list from 0, and `coupon CODE AMOUNT` go as far as a person who has
said yes. The exit status is that of `billtop fund`, and so is what is printed.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal

from tui.account.payments import PaymentsService
from tui.cli.exit import ExitCode
from tui.cli.outcome import document, failure_of, status
from tui.config.accounts import account_from_environment
from tui.config.locations import journal_file
from tui.domain import Intent, Money, SystemClock
from tui.payments.intents.journal import Blocked, JournalError
from tui.providers.base import HasPaymentMethods, HasPlans, Provider, having
from tui.providers.changing import HasCoupons
from tui.providers.connect import connect
from tui.providers.errors import BillingError


async def _subscribe(provider: Provider, payments: PaymentsService, plan_id: str, card: str) -> Intent:
    catalog = await having(provider, HasPlans).plans()
    cards = await having(provider, HasPaymentMethods).payment_methods()
    (plan,) = (each for each in catalog.items if each.id == plan_id)
    return await payments.prepare_subscribe(plan, plan.prices[0].amount, cards[int(card)])


async def _coupon(provider: Provider, payments: PaymentsService, code: str, dollars: str) -> Intent:
    purchase = Money(Decimal(dollars), "USD")
    cards = await having(provider, HasPaymentMethods).payment_methods()
    offer = await having(provider, HasCoupons).coupon(code, purchase)
    return await payments.prepare_redeem(offer, purchase, next(each for each in cards if each.is_default))


_PREPARED: dict[str, Callable[..., Awaitable[Intent]]] = {"subscribe": _subscribe, "coupon": _coupon}


async def _paid(what: str, *wish: str) -> int:
    config = account_from_environment(os.environ)
    assert config is not None
    provider = await asyncio.to_thread(connect, config, SystemClock())
    payments = await PaymentsService.open(provider, journal_file(), SystemClock())
    watching = [asyncio.ensure_future(each) for each in (payments.watch(), payments.watch_charges())]
    try:
        return _told(await payments.execute(await _PREPARED[what](provider, payments, *wish)))
    except (Blocked, JournalError):
        return ExitCode.UNKNOWN
    except BillingError:
        return ExitCode.FAILED
    finally:
        for each in watching:
            each.cancel()
        await asyncio.wait(watching)
        await payments.drain()
        await payments.close()
        await provider.aclose()


def _told(settled: Intent) -> int:
    sys.stdout.write(json.dumps(document(settled, settled.balance)))
    return ExitCode.DONE if status(settled) == "done" else failure_of(settled).exit_code


def main(arguments: Sequence[str]) -> int:
    """Pay once and return how it ended."""
    return asyncio.run(_paid(*arguments))
