"""A dashboard that meets a fault of its own: run in a window, it must end in words and with a status.

`python -m tests.faults.crashing_child JOURNAL`; key f meets the fault. The account is one in memory.
"""

import sys
from pathlib import Path

from tests.faults.rig import TOKEN
from tests.tui.fake_provider import FakeProvider, FakeSource
from tui.cli.dashboard import show
from tui.cli.parser import parse
from tui.domain import Mode, Money, PlanCatalog


class BrokenCatalog(PlanCatalog):
    """Plans whose smallest amount cannot be told, by a fault that quotes a secret."""

    def __getattribute__(self, name: str) -> object:
        if name == "minimum_top_up":
            return _smallest({"Authorization": f"Bearer {TOKEN}"})
        return super().__getattribute__(name)


def _smallest(headers: dict[str, str]) -> Money:
    raise RuntimeError(f"no such field beside {headers}")


def main(journal: str) -> int:
    """Run the dashboard as the command line does."""
    provider = FakeProvider(Mode.SANDBOX)
    good = provider.catalog
    provider.catalog = BrokenCatalog(good.items, good.minimum_top_up, good.pay_as_you_go)
    return show([FakeSource(provider)], Path(journal), parse([]))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
