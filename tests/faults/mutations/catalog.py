"""Every scenario there is."""

from tests.faults.mutations.desk import DESK
from tests.faults.mutations.paying import PAYING
from tests.faults.mutations.scenarios import READING
from tests.faults.mutations.views import VIEWS

SCENARIOS = {scenario.name: scenario for scenario in (*PAYING, *DESK, *READING, *VIEWS)}
