"""Redeeming a coupon and withdrawing: the form, the confirmation, and the call that is created before it is sent."""

from collections.abc import Mapping

from tui.domain import CouponOffer, Money, PaymentMethod
from tui.providers.errors import BillingError
from tui.screens.shared.account_text import money_lines, refusal_text
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.form import BadField, FormDialog, FormField, read_amount
from tui.screens.shared.host import Host
from tui.widgets.format import card_name, sentence


async def redeem_coupon(app: Host) -> None:
    """Ask for a code, tell what it gives and whether a card is charged, and redeem it."""
    unit = _unit(app)
    fields = (
        FormField("code", "Coupon code", limit=64),
        FormField("purchase", "Purchase", hint="as 50, if the coupon adds to one", limit=12),
    )
    form = FormDialog(app.snapshot, "Redeem a coupon", fields, lambda typed: _read_coupon(typed, unit), go="Look at it")
    wish = await app.push_screen_wait(form)
    if wish is None:
        return
    code, purchase = wish
    try:
        offer = await app.account_session.coupon(code, purchase)
    except BillingError as error:
        app.say(f"Nothing was redeemed. {refusal_text(error)}", severity="warning")
        return
    card = next((each for each in app.snapshot.payment_methods.value or () if each.is_default), None)
    if offer.needs_purchase and (purchase is None or card is None):
        needed = "a purchase: enter its amount" if card else "a card: add one in 5 Cards"
        app.say(f"This coupon needs {needed}. {sentence(offer.description)}", severity="warning")
        return
    means = _coupon_means(offer, purchase, card)
    charged = offer.needs_purchase and purchase
    yes = f"Yes, charge {purchase}" if charged else "Yes, redeem it"
    if await _agreed(app, f"Redeem {offer.code}?", means, yes):
        app.pay(lambda payments: payments.prepare_redeem(offer, purchase, card))


async def withdraw(app: Host) -> None:
    """Ask for an amount, ask once more, and have it taken out of the wallet."""
    unit = _unit(app)
    fields = (FormField("amount", "Amount", limit=12),)
    note = f"{app.snapshot.provider_title} lets resellers withdraw; others are refused."
    form = FormDialog(
        app.snapshot, "Withdraw", fields, lambda typed: read_amount(typed, "amount", unit), go="Go on", note=note
    )
    amount = await app.push_screen_wait(form)
    if amount is None:
        return
    left = app.snapshot.wallet
    means = (f"It leaves the wallet{f' ({left.available} now)' if left else ''} at once.",)
    if await _agreed(app, f"Withdraw {amount}?", means, f"Yes, withdraw {amount}"):
        app.pay(lambda payments: payments.prepare_withdrawal(amount))


def _coupon_means(offer: CouponOffer, purchase: Money | None, card: PaymentMethod | None) -> tuple[str, ...]:
    gives = f"It gives {offer.gives}." if offer.gives else ""
    told = " ".join(filter(None, (sentence(offer.description), gives)))
    if offer.needs_purchase and card is not None:
        return (told, f"{card_name(card)} is charged {purchase}.")
    return (told, "No card is charged.")


async def _agreed(app: Host, question: str, means: tuple[str, ...], yes: str) -> bool:
    lines = money_lines(app.snapshot, *filter(None, means))
    return await app.push_screen_wait(ConfirmDialog(question, lines, yes)) is True


def _read_coupon(typed: Mapping[str, str], unit: str) -> tuple[str, Money | None]:
    """The code as it was typed, and what is to be bought with it."""
    if not typed["code"]:
        raise BadField("code", "Enter the code.")
    return typed["code"], read_amount(typed, "purchase", unit) if typed["purchase"] else None


def _unit(app: Host) -> str:
    wallet = app.snapshot.wallet
    return wallet.available.unit if wallet else "USD"
