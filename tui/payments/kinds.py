"""The kinds of money call, one entry each: what it is called, what proves it, and what may be done about it.

A new kind is one entry of `KINDS`, a `CallKind`, and its preparation at the provider. How each state of a call is told
is in `tui.payments.text`, which fills the words of the kind in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tui.domain import AnswerKind, CallKind, Intent, PaymentMethod, SafeText
from tui.domain.claims import Word
from tui.domain.text import sentence
from tui.providers.base import Capability


class Resend(StrEnum):
    """Whether the same bytes may go to the provider a second time."""

    AUTOMATIC = "automatic"
    """The provider's published samples send an idempotency key here: a lost answer may be asked for again at once."""
    BY_HAND = "by hand"
    """An idempotency key goes with it that no sample shows: sent again only when a person says so."""
    NEVER = "never"
    """The provider takes no idempotency key: sent twice it is done twice."""


class Trace(StrEnum):
    """Where reading finds that a call was carried out whose answer was lost."""

    WALLET = "wallet"
    """It adds to the wallet: a row of the ledger, or a new lot."""
    SUBSCRIPTION = "subscription"
    COUPON = "coupon"
    """A row of the ledger that names the coupon."""
    REASON = "reason"
    """A row of everybody's transactions with the reason that was sent."""


class PaymentAction(StrEnum):
    """One thing a person can do about a payment; the value is its name in JSON."""

    CHECK = "check"
    """Find out by reading what became of it."""
    REPEAT = "repeat"
    """Send the same bytes with the same idempotency key."""
    DISMISS = "set-aside"
    """Stop asking about it; it no longer blocks the same payment."""
    TRY_AGAIN = "try-again"
    """Make the same payment once more: this one never reached the provider."""
    OTHER_CARD = "other-card"
    LINK = "link"
    """Make a payment link instead, or a new one."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What in an answer to one kind of call says that it was carried out; any one of these is enough."""

    words: frozenset[Word] = frozenset({Word.DONE})
    neutral: frozenset[Word] = frozenset()
    """Words that say neither yes nor no, since they were true before; any other word is against it."""
    flag: bool = False
    """A documented flag (`success: true`)."""
    balance: int = 0
    """1: a balance that rose by exactly the amount, -1: that fell by it."""
    credited: bool = False
    """An amount said to have been added."""
    charged: bool = False
    """The amount said to have been charged."""
    new_period: bool = False
    """A billing period that began with the call."""
    done: AnswerKind = AnswerKind.DONE
    """What a proven answer comes to."""
    accepted: AnswerKind = AnswerKind.UNPROVEN
    """What a 202 without a status comes to."""
    needs_flag: bool = False
    """Without the flag nothing in the answer counts, for or against."""


_ALWAYS = frozenset({PaymentAction.CHECK, PaymentAction.REPEAT, PaymentAction.DISMISS})


@dataclass(frozen=True, slots=True)
class Kind:
    """Everything about one kind of money call. Texts may name `{title}`, `{amount}` and `{card}` of the call."""

    title: str
    """What one is called where it is listed: made when it is created."""
    noun: str
    proof: Proof
    needs: Capability = Capability.SUBSCRIPTION_CHANGES
    """What an account must be able to do before one is sent."""
    resend: Resend = Resend.BY_HAND
    trace: Trace = Trace.SUBSCRIPTION
    actions: frozenset[PaymentAction] = _ALWAYS
    """What can be done about one, whatever its state."""
    what: str = "{title}"
    """How a sentence names one."""
    doing: str = "Charging: {title}"
    done: str = "Done: {title}"
    verb: str = "charged"
    """What is done, as a participle: "nothing was charged"."""
    event: str = "the card was charged"
    """What is proven, as a clause."""
    inputs: str = "the card"
    """What to change after a refusal."""
    records: str = "the invoices"
    """Where a person sees whether it was done."""
    command: str = "billtop invoices"
    """The command that shows those records."""
    balance: str = "Balance {}."
    own_balance: bool = True
    """Whether it changes the account's own balance."""

    @property
    def nothing(self) -> str:
        """That nothing happened, as a sentence."""
        return f"Nothing was {self.verb}."

    @property
    def happened(self) -> str:
        """That it happened, as a sentence."""
        return sentence(self.event)


_RUNS = frozenset({Word.DONE, Word.RUNS})
_FORM = _ALWAYS | {PaymentAction.TRY_AGAIN, PaymentAction.OTHER_CARD, PaymentAction.LINK}
_LEDGER = "the ledger", "billtop transactions"

KINDS: Mapping[CallKind, Kind] = {
    CallKind.FUND: Kind(
        title="{amount} to the wallet from {card}",
        noun="payment",
        needs=Capability.FUND,
        proof=Proof(balance=1),
        resend=Resend.AUTOMATIC,
        trace=Trace.WALLET,
        actions=_FORM,
        what="{amount} to {card}",
        doing="Charging {card}",
        done="Charged {amount} to {card}",
        inputs="the amount or the card, or use a payment link",
        records=_LEDGER[0],
        command=_LEDGER[1],
    ),
    CallKind.TOP_UP: Kind(
        title="{amount} from the card on file",
        noun="top-up",
        needs=Capability.TOP_UP,
        # Documented: 200 with `success: true`; the credits are issued later. 202: still processing.
        proof=Proof(flag=True, needs_flag=True, done=AnswerKind.ISSUING, accepted=AnswerKind.PROCESSING),
        resend=Resend.NEVER,
        trace=Trace.WALLET,
        actions=_FORM,
        doing="Buying {title}",
        done="Bought {title}",
        inputs="the number of credits or the card on file",
        records="the lots",
        command="billtop lots",
    ),
    CallKind.SUBSCRIBE: Kind(
        title="{plan}, {amount} from {card}",
        noun="subscription",
        # Documented: `status: active`, and the subscription with it.
        proof=Proof(words=_RUNS),
        resend=Resend.AUTOMATIC,
    ),
    CallKind.RESTART: Kind(
        title="New period of {plan}",
        noun="new period",
        # It ran before: only what was charged, or the new period, says that anything happened.
        proof=Proof(neutral=frozenset({Word.RUNS}), charged=True, new_period=True),
    ),
    CallKind.REPAIR: Kind(
        title="Payment repair of {plan}",
        noun="payment repair",
        # It was past due before: that it runs is the proof.
        proof=Proof(words=_RUNS, charged=True),
    ),
    CallKind.COUPON: Kind(
        title="Coupon {code}",
        noun="coupon",
        needs=Capability.COUPONS,
        proof=Proof(credited=True, balance=1),
        trace=Trace.COUPON,
        doing="Redeeming: {title}",
        verb="redeemed",
        event="the coupon was redeemed",
        inputs="the code, the amount or the card",
        records=_LEDGER[0],
        command=_LEDGER[1],
    ),
    CallKind.WITHDRAWAL: Kind(
        title="Withdrawal of {amount}",
        noun="withdrawal",
        needs=Capability.WITHDRAWAL,
        proof=Proof(balance=-1),
        doing="Withdrawing: {title}",
        verb="withdrawn",
        event="the money was withdrawn",
        inputs="the amount",
        records=_LEDGER[0],
        command=_LEDGER[1],
    ),
    CallKind.ADJUSTMENT: Kind(
        title="{amount} for {user}",
        noun="adjustment",
        needs=Capability.ADMIN,
        proof=Proof(flag=True),
        resend=Resend.NEVER,
        trace=Trace.REASON,
        doing="Booking {title}",
        done="Booked {title}",
        verb="booked",
        event="the credits were booked",
        inputs="the user, the amount or the reason",
        records="everybody's transactions",
        command="",
        balance="That user has {} now.",
        own_balance=False,
    ),
}
"""One entry a kind of money call."""


def kind_of(intent: Intent) -> Kind:
    """The entry of an intent's kind."""
    return KINDS[intent.call.kind]


def title_of(kind: CallKind, **parts: object) -> SafeText:
    """The title of a new call; `parts` are what the template of its kind names."""
    return SafeText(KINDS[kind].title.format(**parts))


def name_of(card: PaymentMethod) -> str:
    """A saved card as titles name it: `visa ···· 4242`."""
    return f"{card.brand} ···· {card.last4}"
