"""How what the ledger shows relates to what was asked for."""

from enum import Enum, auto


class LookPhase(Enum):
    """Where a look into the ledger is."""

    SHOWN = auto()
    LOOKING = auto()
    OUTDATED = auto()
    """A look is under way whose result nobody wants any more; another one follows."""
    RESTING = auto()
    """Shown, while the ledger grows: the next look waits a moment."""
    FAILED = auto()
    """The last look failed; the next snapshot tries again."""

    @property
    def under_way(self) -> bool:
        """Whether something is being looked up."""
        return self in {LookPhase.LOOKING, LookPhase.OUTDATED}
