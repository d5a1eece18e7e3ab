"""A change of the account that moves no money: the question, the call, and the words for each way it can end."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked before something is changed, and what is said after."""

    question: str
    means: tuple[str, ...]
    """What it means, a sentence or two each."""
    yes: str
    """What stands on the button that agrees."""
    done: str
    failed: str
    """That it was not done; why is added."""
    call: Callable[[], Coroutine[Any, Any, object]]
    """Does it. Raises BillingError."""

    @property
    def unknown(self) -> str:
        """That the answer was lost."""
        return "The answer was lost, and it may have been done: look before you do it again."
