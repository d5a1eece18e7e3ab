"""The table of payments that are killed: what a user confirms, what the server is slow at, how two of it race."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random

from tui.sandbox.checkouts import PAGE
from tui.sandbox.credit_lots import PRICES
from tui.sandbox.harness import RunningSandbox
from tui.sandbox.plans import PLANS

Command = tuple[str, ...]
WAIT_S = "0.1"
"""How long a `pay` waits before its last look: time enough to be paid."""
_CARDS = 3
"""How many cards the sandbox's account has."""


@dataclass
class NewPayments:
    """Makes up payments that the server's books tell apart: amounts and coupons occur once, plans and sizes in turn."""

    sandbox: RunningSandbox
    random: Random
    _cents: Iterator[int] = field(default_factory=lambda: (each for each in count(100_001) if each % 100))
    """Never whole dollars: those are the prices of plans."""
    _plans: list[int] = field(default_factory=list)
    _sizes: list[int] = field(default_factory=list)

    def fund(self) -> Command:
        """Charge the default card."""
        return ("fund", self._amount(), "--card", "default", "--yes", "--json")

    def pay(self) -> Command:
        """Make a payment link and wait a moment."""
        return ("pay", self._amount(), "--wait", WAIT_S, "--json")

    def top_up(self) -> Command:
        """Buy one of the sizes in turn."""
        return ("top-up", str(self._next(self._sizes, PRICES)), "--yes", "--json")

    def subscribe(self) -> Command:
        """Subscribe to one of the plans in turn, with any card."""
        return ("desk", "subscribe", str(self._next(self._plans, PLANS)), str(self.random.randrange(_CARDS)))

    def coupon(self) -> Command:
        """Redeem a coupon that charges a card. Half of them work again: a second charge would show."""
        amount = self._amount()
        code = f"KILL{amount.replace('.', '')}"
        self.sandbox.add_coupon(code, percent=10, reusable=self.random.random() < 0.5)
        return ("desk", "coupon", code, amount)

    def _amount(self) -> str:
        return f"{next(self._cents) / 100:.2f}"

    def _next(self, left: list[int], offered: Mapping[int, object]) -> int:
        if not left:
            left += self.random.sample(sorted(offered), len(offered))
        return left.pop()


@dataclass(frozen=True)
class Kind:
    """One kind of payment.

    `path` is what a charge of it comes from; `slow` are the calls that the server takes its time for. `keyed` says that
    repeating it is safe and settles it, `read_back` that reading alone finds a charge whose answer was lost, `named`
    that the user may give it an idempotency key.
    """

    name: str
    create: Callable[[NewPayments], Command]
    path: str
    slow: tuple[str, ...]
    provider: str = "modelslab"
    keyed: bool = True
    read_back: bool = True
    named: bool = False


_TOP_UP = "/user/purchase-topup"
_REDEEM = "/wallet/coupons/redeem"
KINDS = (
    Kind("fund", NewPayments.fund, "/wallet/fund", ("/wallet/fund",), named=True),
    Kind("pay", NewPayments.pay, PAGE, ("/billing/payment-link", "/wallet/confirm-checkout"), keyed=False),
    Kind("top-up", NewPayments.top_up, _TOP_UP, (_TOP_UP,), provider="olostep", keyed=False),
    Kind("subscribe", NewPayments.subscribe, "/subscriptions", ("*/subscriptions",)),
    # No row of the ledger names the key or the card of a coupon: only repeating it tells.
    Kind("coupon", NewPayments.coupon, _REDEEM, (_REDEEM,), read_back=False),
)


def kind_of(path: str) -> Kind:
    """The kind of payment that a path of the server or of our journal belongs to."""
    return next(each for each in KINDS if path.endswith(each.path) or (each.path == PAGE and path.startswith(PAGE)))
