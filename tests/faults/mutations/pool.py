"""Several workers at once, each ended and replaced when a mutation hangs it."""

import multiprocessing
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.mutations.checks import Fault, Result
from tests.faults.mutations.operators import Mutation
from tests.faults.mutations.worker import READY, serve

HANGS = 20.0
"""Seconds without an answer after which a worker is ended."""
STARTS = 120.0
"""Seconds a worker has to start; machines are busy at times."""
MEMORY = Path("/dev/shm")
"""Where a system has one, a folder that costs no disk: journals are flushed with each payment."""
_CONTEXT = multiprocessing.get_context("spawn")


class _Process:
    """A worker, and what it has in hand."""

    def __init__(self, below: Path) -> None:
        self.pipe, other = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=serve, args=(other, below), daemon=True)
        self._process.start()
        other.close()
        self.order: Mutation | str | None = None
        self.since = 0.0
        self.ready = False

    def give(self, order: Mutation | str) -> None:
        self.order, self.since = order, time.monotonic()
        self.pipe.send(order if isinstance(order, str) else tuple(order))

    def end(self, *, kill: bool = False) -> None:
        with suppress(OSError):
            if kill:
                self._process.kill()
            else:
                self.pipe.send(None)
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self.pipe.close()


class Pool:
    """Records scenarios and runs mutations."""

    def __init__(self, size: int) -> None:
        self._folder = TemporaryDirectory(prefix="mutations-", dir=MEMORY if MEMORY.is_dir() else None)
        self._workers = [self._start() for _ in range(size)]

    def _start(self) -> _Process:
        return _Process(Path(self._folder.name))

    def record(self, names: Sequence[str]) -> list[Mutation]:
        """List what can be changed about the answers of these scenarios, in their order."""
        found: dict[str, list[Mutation]] = {}
        for order, answer in self._work(names):
            assert isinstance(order, str)
            if not isinstance(answer, list):
                raise RuntimeError(f"{order} hangs with true answers")
            found[order] = answer
        return [each for name in names for each in found[name]]

    def run(self, mutations: Sequence[Mutation]) -> Iterator[Result]:
        """Run them, in any order; one that hangs its worker is a result too."""
        for order, answer in self._work(mutations):
            assert isinstance(order, Mutation)
            if isinstance(answer, Result):
                yield answer
            else:
                yield Result(order.id, True, {Fault.SLOW: str(answer)}, False)

    def _work(self, orders: Sequence[Mutation | str]) -> Iterator[tuple[Mutation | str, object]]:
        waiting = deque(orders)
        for worker in self._workers:
            if waiting:
                worker.give(waiting.popleft())
        while busy := {worker.pipe: worker for worker in self._workers if worker.order is not None}:
            ready = wait(list(busy), timeout=1)
            for pipe in ready:
                assert isinstance(pipe, Connection)
                yield from self._answered(busy[pipe], waiting)
            for worker in busy.values():
                if worker.order is not None and time.monotonic() - worker.since > (HANGS if worker.ready else STARTS):
                    yield from self._lost(worker, waiting, f"no answer in {HANGS:.0f} s: the process stands still")

    def _answered(self, worker: _Process, waiting: deque[Mutation | str]) -> Iterator[tuple[Mutation | str, object]]:
        order = worker.order
        assert order is not None
        try:
            answer = worker.pipe.recv()
        except (EOFError, OSError):
            yield from self._lost(worker, waiting, "the process ended")
            return
        if answer == READY:
            worker.ready, worker.since = True, time.monotonic()
            return
        worker.order = None
        if waiting:
            worker.give(waiting.popleft())
        yield order, answer

    def _lost(
        self, worker: _Process, waiting: deque[Mutation | str], why: str
    ) -> Iterator[tuple[Mutation | str, object]]:
        order = worker.order
        assert order is not None
        worker.end(kill=True)
        fresh = self._workers[self._workers.index(worker)] = self._start()
        worker.order = None
        if waiting:
            fresh.give(waiting.popleft())
        yield order, why

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.end()
        self._folder.cleanup()
