"""What no published source says and the sandbox had to choose; served at `/_sandbox/choices`.

A client must not depend on any of it: another server may choose otherwise, and several rows can be switched at
`/_sandbox/settings` to try just that.
"""

from __future__ import annotations

CHOICES: tuple[tuple[str, str], ...] = (
    ("confirm-checkout, not paid yet", "409 checkout_not_completed; setting confirm_pending_style"),
    ("confirm-checkout, paid", "200 with status paid, amount, balance, currency; the same at every repetition"),
    ("confirm-checkout, expired", "410 checkout_expired"),
    ("confirm-checkout, unknown session or of the other purpose", "404 checkout_not_found"),
    ("confirm-checkout with an Idempotency-Key", "cached like any other call, so a pending answer is repeated"),
    ("when the wallet is credited", "at the first confirm-checkout after payment, once; paying alone does not credit"),
    ("lifetime of a payment link", "30 minutes; setting checkout_lifetime_seconds"),
    ("limit bucket of payment-link and setup-intent", "agent-billing, 15 a minute"),
    ("limit bucket of both confirm-checkout calls", "agent-general, 120 a minute"),
    ("limit bucket of reading cards, plans and subscriptions, and of the profile", "agent-general"),
    ("limit window", "60 seconds from the first call, per address and token; login per address and email"),
    ("429", "error.code rate_limited, message Too Many Attempts., Retry-After in seconds"),
    ("idempotency_replay", "in meta; at the top of the two answers without an envelope"),
    ("how long a key is kept", "24 hours; 1 to 255 visible ASCII characters"),
    ("same key, other bytes or other path", "422 idempotency_key_reused; spacing inside the JSON counts"),
    ("same key while the first call runs", "409 idempotency_in_progress"),
    ("which answers a key keeps", "all but 401, 403, 422 and 429; a decline is kept"),
    ("balance", "flat, as in the published example; setting nested_balance"),
    ("stripe-config and payment-link", "without an envelope, as printed; setting envelope_everything"),
    ("subscriptions", "grouped as addon, enterprise, normal; setting flat_subscriptions"),
    ("status of a success", "200 for every call"),
    ("404", "a code per kind of thing, such as plan_not_found; flat where the path itself does not exist"),
    ("amounts", "JSON numbers of whole cents; text or a third decimal is refused with 422"),
    ("minimum top-up", "10.00, at most 100000.00"),
    ("fund without a card", "200 with checkout_url, session_id, expires_at; nothing is charged"),
    ("fund with a card that wants 3-D Secure", "202 requires_action; the payment then stays pending"),
    ("subscribe with a card that wants 3-D Secure", "402 payment_declined, decline_code authentication_required"),
    ("subscribing twice", "makes two subscriptions and two charges"),
    ("a bare subscription id that several groups have", "the one the action fits, else enterprise, normal, addon"),
    ("changing the plan", "within the group only (else 409), at once, without a charge"),
    ("reset-cycle", "charges the plan's price to the default card and begins a period now"),
    ("fix-payment", "charges the open invoice to the default card; 409 when nothing is owed"),
    ("charge-amount", "charges the default card now and makes an invoice; the wallet is not credited"),
    ("actions that do not fit the status", "409 subscription_status"),
    ("automatic recharge", "kept and shown in the overview; nothing is spent here, so it never strikes"),
    ("withdraw", "403 reseller_only"),
    ("coupons", "WELCOME50 credits 50; BONUS20 adds 20 percent to a purchase by card; SPRING10 is over (410)"),
    ("ledger", "positive amounts, direction in type; refunds are credits; references of debits are null"),
    ("ledger totals", "count successful rows only; pending and failed ones move nothing"),
    ("history", "ends at the last midnight (UTC) of the sandbox's clock, so that a day always looks the same"),
    ("idempotency at Stripe", "accepted without effect, as with any publishable key"),
    ("attaching a card that will decline", "succeeds; the decline comes with the charge"),
    ("password", "sandbox, for ada@lovelace-studio.example; new@lovelace-studio.example is not verified"),
)
"""Topic and choice."""
