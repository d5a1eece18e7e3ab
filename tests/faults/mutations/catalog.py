"""Every scenario there is, and a fair choice of what can be changed in them."""

from collections.abc import Sequence
from itertools import zip_longest
from random import Random

from tests.faults.mutations.desk import DESK
from tests.faults.mutations.operators import Mutation
from tests.faults.mutations.paying import PAYING
from tests.faults.mutations.scenarios import READING
from tests.faults.mutations.views import VIEWS

SCENARIOS = {scenario.name: scenario for scenario in (*PAYING, *DESK, *READING, *VIEWS)}


def sample(every: Sequence[Mutation], count: int, seed: int) -> list[Mutation]:
    """Choose some, in turn of each scenario, so that long answers do not crowd out those that matter."""
    random = Random(seed)
    piles = [[each for each in every if each.scenario == name] for name in SCENARIOS]
    for pile in piles:
        random.shuffle(pile)
    turns = (each for turn in zip_longest(*piles) for each in turn if each is not None)
    return sorted(each for each, _ in zip(turns, range(count), strict=False))
