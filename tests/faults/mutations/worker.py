"""A process that carries out mutations one after the other, and can be killed when one of them hangs."""

import asyncio
import gc
import resource
import time
import warnings
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from zlib import crc32

from tests.faults.mutations import checks
from tests.faults.mutations.catalog import SCENARIOS
from tests.faults.mutations.checks import Cost, Result
from tests.faults.mutations.operators import TEXTUAL, Mutation, apply, mutations
from tests.faults.mutations.proxy import Answer
from tests.faults.mutations.scenarios import Scenario
from tests.faults.mutations.stage import HurriedPolicy, Ran, Stage

_MEMORY_LIMIT = 3 * 1024**3
"""Bytes of address space: an answer that eats memory must not take the machine with it."""
READY = "ready"
"""What a worker sends once it has a sandbox."""
_WARM = 0.5
"""Seconds above which a first run was busy importing, so that a second one tells how long it usually takes."""


class Worker:
    """Runs mutations on a stage of its own."""

    def __init__(self, below: Path) -> None:
        asyncio.set_event_loop_policy(HurriedPolicy())
        self.stage = Stage(below)
        self._usual: dict[str, float] = {}

    def record(self, name: str) -> list[Mutation]:
        """Run a scenario with true answers and list what can be changed about them."""
        scenario = SCENARIOS[name]
        ran, seconds = self._true(scenario)
        if seconds > _WARM:
            ran, seconds = self._true(scenario)
        if ran.crash or ran.done is not scenario.comes_to_done:
            raise AssertionError(f"{name} does not work with true answers: {ran}")
        self._usual[name] = seconds
        # The last one of each: of an answer that changes on the way, as a checkout's, it is the interesting one.
        last = {exchange.endpoint: exchange.answer for exchange in self.stage.exchanges}
        chosen = scenario.only or tuple(last)
        return [each for endpoint in chosen for each in mutations(name, endpoint, last[endpoint])]

    def _true(self, scenario: Scenario) -> tuple[Ran, float]:
        self.stage.change = None
        self.stage.reset()
        begun = time.monotonic()
        return scenario.act(self.stage, True), time.monotonic() - begun

    def run(self, mutation: Mutation) -> Result:
        """Carry out one mutation; one that took too long gets a second try, since machines are busy at times."""
        result = self._once(mutation)
        return self._once(mutation) if set(result.faults) == {checks.Fault.SLOW} else result

    def _once(self, mutation: Mutation) -> Result:
        scenario = SCENARIOS[mutation.scenario]
        if mutation.scenario not in self._usual:
            self.record(mutation.scenario)
        stage = self.stage

        def change(endpoint: str, true: Answer) -> Answer | None:
            return apply(mutation.where, mutation.operator, true) if endpoint == mutation.endpoint else None

        stage.change = change
        stage.reset()
        as_json = mutation.operator not in TEXTUAL and crc32(mutation.id.encode()) % 4 > 0
        begun, before = time.monotonic(), _peak(reset=True)
        ran = scenario.act(stage, as_json)
        asked = checks.ASKED_TO_WAIT if mutation.operator == "429" else 0.0
        cost = Cost(time.monotonic() - begun, _peak() - before, asked)
        met = any(exchange.changed for exchange in stage.exchanges)
        faults, lost = checks.judge(scenario, stage, ran, cost, self._usual[mutation.scenario])
        return Result(mutation.id, met, faults, lost)

    def close(self) -> None:
        """End the sandbox."""
        self.stage.close()


def _peak(*, reset: bool = False) -> float:
    """The most memory in megabytes since the last reset."""
    with suppress(OSError):
        if reset:
            gc.collect(0)
            Path("/proc/self/clear_refs").write_text("5")
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


def serve(pipe: Connection, below: Path) -> None:
    """Carry out what comes through the pipe, in folders `below`: a name is recorded, a mutation run; None ends it."""
    warnings.simplefilter("ignore", ResourceWarning)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT, _MEMORY_LIMIT))
    worker = Worker(below)
    try:
        pipe.send(READY)
        while (order := pipe.recv()) is not None:
            answer = worker.record(order) if isinstance(order, str) else worker.run(Mutation(*order))
            pipe.send(answer)
    except (EOFError, OSError, KeyboardInterrupt):
        pass
    finally:
        worker.close()
