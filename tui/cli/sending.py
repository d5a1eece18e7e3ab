"""Sending a charge from the command line: signals wait for its outcome."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tui.cli.output import Output
from tui.domain import Intent
from tui.payments.intents.executor import AtWork, Executor
from tui.payments.schedule import DEADLINE

_LOOK_EVERY = 0.1
"""Seconds between looks into the journal while another instance is at work."""


@dataclass
class Sending:
    """Carries out charges; Ctrl-C, SIGTERM and SIGHUP do not stop one, a second of them gives up waiting."""

    executor: Executor
    out: Output
    _stops: int = 0
    _task: "asyncio.Task[Intent] | None" = None

    async def send(self, intent: Intent) -> Intent:
        """Send a prepared or unknown charge and return where it stands then. Raises what `Executor.execute` raises.

        After waiting was given up the journal says "sent", which the next start reads as unknown.
        """
        return await self._kept(intent, self.executor.execute(intent))

    async def join(self, intent: Intent) -> Intent:
        """Wait until another instance is done with `intent` or has died; return where it stands then. Raises AtWork."""
        return await self._kept(intent, self._settled_elsewhere(intent))

    async def _settled_elsewhere(self, intent: Intent) -> Intent:
        journal, loop = self.executor.journal, asyncio.get_running_loop()
        ends = loop.time() + DEADLINE.total_seconds()
        said = False
        while True:
            if journal.take(intent.intent_id, self.executor.owner):
                journal.recover(intent.account, self.executor.owner)
                return journal.get(intent.intent_id) or intent
            now = journal.get(intent.intent_id) or intent
            if not now.state.unanswered:
                return now
            if loop.time() >= ends:
                raise AtWork("Another billtop has been at work on this payment for a long time.")
            if not said:
                self.out.say("Another billtop is at work on this payment; waiting for its outcome.")
                said = True
            await asyncio.sleep(_LOOK_EVERY)

    async def _kept(self, intent: Intent, work: Coroutine[None, None, Intent]) -> Intent:
        self._task = asyncio.ensure_future(work)
        try:
            return await self._task
        except asyncio.CancelledError:
            return self.executor.journal.get(intent.intent_id) or intent

    def stop(self) -> None:
        """A signal came."""
        self._stops += 1
        if self._stops > 1:
            if self._task is not None:
                self._task.cancel()
            return
        with suppress(OSError):  # The terminal may be what has gone.
            self.out.say(
                f"The payment is on its way: waiting for its outcome, {DEADLINE.total_seconds():.0f} s at most.",
                "Once more leaves it alone; its outcome is then unknown until `billtop intents --check` finds it.",
            )


@contextmanager
def sending(executor: Executor, out: Output) -> Iterator[Sending]:
    """Hold signals off for the length of the block, which begins before anything is created."""
    held = Sending(executor, out)
    with on_signals(held.stop):
        yield held


@contextmanager
def on_signals(act: Callable[[], None]) -> Iterator[None]:
    """Have Ctrl-C, SIGTERM and SIGHUP call `act` instead of ending the process."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, act)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
