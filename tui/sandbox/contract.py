"""The documented ModelsLab endpoints: which scope a token needs for each and which rate limit counts it.

Scopes are those of the provider's scopes page, limits those of its headless-flow page. The endpoint list is the
reference table of the published skill, with `POST /auth/login` and `POST /auth/logout`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

PREFIX = "/modelslab/api/agents/v1"
STRIPE_PREFIX = "/stripe"
OLOSTEP_PREFIX = "/olostep"
PRODUCT_FACTORY_PREFIX = "/product-factory"
CONTROL_PREFIX = "/_sandbox"


class Bucket(Enum):
    """A rate limit: its name and the calls it allows in 60 seconds."""

    AUTH = ("agent-auth", 20)
    BILLING = ("agent-billing", 15)
    GENERAL = ("agent-general", 120)

    @property
    def limit(self) -> int:
        """Return the calls allowed in one window."""
        return self.value[1]


@dataclass(frozen=True)
class Rule:
    """What guards one endpoint; `scope` is None where no token is asked for, empty where any token will do."""

    scope: str | None
    bucket: Bucket


def _rules() -> dict[tuple[str, str], Rule]:
    rules: dict[tuple[str, str], Rule] = {
        ("POST", "/auth/login"): Rule(None, Bucket.AUTH),
        ("POST", "/auth/logout"): Rule("", Bucket.GENERAL),
    }
    for line in _TABLE.strip().splitlines():
        method, path, scope, bucket = line.split()
        rules[method, path] = Rule(scope, Bucket[bucket])
    return rules


_TABLE = """
GET    /billing/overview                     billing:read         GENERAL
GET    /billing/stripe-config                billing:read         GENERAL
POST   /billing/setup-intent                 billing:write        BILLING
POST   /billing/payment-link                 billing:write        BILLING
GET    /billing/payment-methods              billing:read         GENERAL
POST   /billing/payment-methods              billing:write        BILLING
PUT    /billing/payment-methods/{id}/default billing:write        BILLING
DELETE /billing/payment-methods/{id}         billing:write        BILLING
GET    /billing/info                         billing:read         GENERAL
PUT    /billing/info                         billing:write        GENERAL
GET    /billing/invoices                     billing:read         GENERAL
GET    /billing/invoices/{id}                billing:read         GENERAL
GET    /billing/invoices/{id}/pdf            billing:read         GENERAL
GET    /wallet/balance                       wallet:read          GENERAL
GET    /wallet/transactions                  wallet:read          GENERAL
POST   /wallet/fund                          wallet:write         BILLING
POST   /wallet/confirm-checkout              wallet:write         GENERAL
PUT    /wallet/auto-funding                  wallet:write         BILLING
DELETE /wallet/auto-funding                  wallet:write         BILLING
POST   /wallet/withdraw                      wallet:write         BILLING
GET    /wallet/coupons/validate              wallet:read          GENERAL
POST   /wallet/coupons/redeem                wallet:write         BILLING
GET    /payments/{id}/status                 wallet:read          GENERAL
GET    /subscriptions/plans                  subscriptions:read   GENERAL
GET    /subscriptions                        subscriptions:read   GENERAL
POST   /subscriptions                        subscriptions:write  BILLING
POST   /subscriptions/confirm-checkout       subscriptions:write  GENERAL
GET    /subscriptions/{id}/status            subscriptions:read   GENERAL
PUT    /subscriptions/{id}                   subscriptions:write  BILLING
POST   /subscriptions/{id}/pause             subscriptions:write  BILLING
POST   /subscriptions/{id}/resume            subscriptions:write  BILLING
POST   /subscriptions/{id}/reset-cycle       subscriptions:write  BILLING
POST   /subscriptions/charge-amount          subscriptions:write  BILLING
POST   /subscriptions/{id}/fix-payment       subscriptions:write  BILLING
"""

RULES = _rules()
SCOPES = tuple(sorted({rule.scope for rule in RULES.values() if rule.scope}))
