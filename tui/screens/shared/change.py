"""A change of the account that moves no money: the question, the call, and the words for each way it can end."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tui.providers.changing import HasAutoRecharge

if TYPE_CHECKING:
    from tui.domain import AutoRecharge

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Change(Generic[P]):
    """What is asked before something is changed, and what is said after."""

    question: str
    means: tuple[str, ...]
    """What it means, a sentence or two each."""
    yes: str
    """What stands on the button that agrees."""
    done: str
    failed: str
    """That it was not done; why is added."""
    protocol: type[P]
    make: Callable[[P], Coroutine[Any, Any, object]]
    """Does it with an account that keeps to `protocol`. Raises BillingError, BadId."""


@dataclass(frozen=True, slots=True)
class RechargeWish:
    """How the automatic recharge shall be from now on; without a rule it is switched off."""

    rule: AutoRecharge | None


def recharge_change(rule: AutoRecharge | None) -> Change[HasAutoRecharge]:
    """The question about the automatic recharge, and the call that sets it."""
    if rule is None:
        return Change(
            "Switch the automatic recharge off?",
            ("The card is no longer charged by itself; what runs on the wallet stops when it is empty.",),
            "Yes, switch it off",
            done="The automatic recharge is off.",
            failed="The automatic recharge was not switched off.",
            protocol=HasAutoRecharge,
            make=lambda it: it.stop_auto_recharge(),
        )
    return Change(
        f"Charge the default card {rule.amount} by itself whenever less than {rule.threshold} is left?",
        ("Nobody is asked before such a charge, and it repeats as often as the balance falls. t switches it off.",),
        f"Yes, charge {rule.amount} by itself",
        done=f"The default card is charged {rule.amount} when less than {rule.threshold} is left.",
        failed="The automatic recharge was not set.",
        protocol=HasAutoRecharge,
        make=lambda it: it.set_auto_recharge(rule),
    )
