"""What of an account a provider can change: one small protocol a capability, beside those of `base`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from tui.providers.base import HasMoneyCalls

if TYPE_CHECKING:
    from tui.domain import AutoRecharge, CouponOffer, Money, MoneyCall, ProfileChange, SafeText, Subscription
    from tui.providers.stripe.cards import CardDetails


@runtime_checkable
class HasCardSetup(Protocol):
    """Adds and removes cards, and makes one the default; nothing of this charges anything."""

    stripe_base_url: str
    """Where card data goes, and nowhere else."""

    async def save_card(self, card: CardDetails, *, make_default: bool) -> str:
        """Save a card at the payment processor, put it on file and return its id.

        Raises BillingError; a CardNotSaved, TokenizationRefused or CardRefused says that a payment link may help.
        """

    async def make_default_card(self, payment_method_id: str) -> None:
        """Make a saved card the default one. Raises BillingError, BadId."""

    async def remove_card(self, payment_method_id: str) -> None:
        """Take a saved card off file. Raises BillingError, BadId."""


@runtime_checkable
class HasSubscriptionChanges(HasMoneyCalls, Protocol):
    """Changes subscriptions; what charges is put together here and sent by `tui.payments` alone."""

    async def change_plan(self, subscription: Subscription, plan_id: str) -> None:
        """Move a subscription to another plan; sent once. Raises BillingError, BadId."""

    async def pause_subscription(self, subscription: Subscription) -> None:
        """Pause a subscription; sent once. Raises BillingError, BadId."""

    async def resume_subscription(self, subscription: Subscription) -> None:
        """Let a paused subscription run again; sent once. Raises BillingError, BadId."""

    def subscribe_call(self, plan_id: str, payment_method_id: str) -> MoneyCall:
        """Put together the request that subscribes and charges a saved card; nothing is sent. Raises BadId."""

    async def restart_call(self, subscription: Subscription) -> MoneyCall:
        """Put together the request that begins a new period now; nothing is sent. Raises BillingError, BadId."""

    async def repair_call(self, subscription: Subscription) -> MoneyCall:
        """Put together the request that pays what a subscription owes; nothing is sent. Raises BillingError, BadId."""

    async def proof_of(self, call: MoneyCall, sent_at: datetime) -> SafeText | None:
        """Look whether a call put together here was carried out; None proves nothing.

        `sent_at` is the provider's time. Raises BillingError.
        """


@runtime_checkable
class HasProfileChanges(Protocol):
    """Changes who is billed."""

    async def change_profile(self, change: ProfileChange) -> None:
        """Put new values in place of old ones; sent once. Raises BillingError."""


@runtime_checkable
class HasAutoRecharge(Protocol):
    """Charges the default card whenever the balance falls below a threshold; how it is set now is told nowhere."""

    async def set_auto_recharge(self, rule: AutoRecharge) -> None:
        """Switch it on with this rule; sent once. Raises BillingError."""

    async def stop_auto_recharge(self) -> None:
        """Switch it off; sent once. Raises BillingError."""


@runtime_checkable
class HasCoupons(HasMoneyCalls, Protocol):
    """Takes coupons; redeeming one is a money call, sent by `tui.payments` alone."""

    async def coupon(self, code: str, purchase: Money | None) -> CouponOffer:
        """Ask what a coupon would give, with a purchase of this size; nothing is redeemed. Raises BillingError."""

    def redeem_call(self, offer: CouponOffer, purchase: Money | None, payment_method_id: str | None) -> MoneyCall:
        """Put together the request that redeems a coupon; a card and a purchase go only with one that needs them.

        Nothing is sent. Raises Invalid, BadId.
        """


@runtime_checkable
class HasWithdrawal(HasMoneyCalls, Protocol):
    """Gives money back; sent by `tui.payments` alone."""

    def withdraw_call(self, amount: Money) -> MoneyCall:
        """Put together the request that takes money out of the wallet; nothing is sent. Raises Invalid."""


@runtime_checkable
class HasRevocation(Protocol):
    """Ends the credential it is asked with."""

    async def revoke(self) -> None:
        """Make the credential worthless; one that is so already is as good. Raises BillingError."""
