"""One budget of repeats for the whole process: a storm of retries switches itself off."""

from dataclasses import dataclass

CAPACITY = 500
COST = 14
"""Per repeat; as botocore's standard retry mode counts."""


@dataclass
class RetryBudget:
    """A bucket that each repeat empties and each clean success refills a little."""

    left: int = CAPACITY

    def take(self) -> bool:
        """Pay for one repeat; False when nothing is left to pay with."""
        if self.left < COST:
            return False
        self.left -= COST
        return True

    def refund(self) -> None:
        """Put one back for a clean success."""
        self.left = min(self.left + 1, CAPACITY)
