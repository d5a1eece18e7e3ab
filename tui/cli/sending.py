"""Sending a charge from the command line: signals wait for its outcome."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from tui.cli.output import Output
from tui.domain import Intent, IntentState
from tui.payments.executor import DEADLINE, AtWork, Executor

_LOOK_EVERY = 0.1
"""Seconds between looks into the journal while another instance is at work."""


async def send(executor: Executor, intent: Intent, out: Output) -> Intent:
    """Send a prepared or unknown charge and return where it stands then. Raises what `Executor.execute` raises.

    Ctrl-C, SIGTERM and SIGHUP do not stop it: money may be moving. A second one gives up waiting; the journal then says
    "sent", which the next start reads as unknown.
    """
    return await _despite_signals(executor, intent, executor.execute(intent), out)


async def join(executor: Executor, intent: Intent, out: Output) -> Intent:
    """Wait until another instance is done with `intent`, or has died; return where it stands then, perhaps as ours."""
    return await _despite_signals(executor, intent, _settled_elsewhere(executor, intent, out), out)


async def _settled_elsewhere(executor: Executor, intent: Intent, out: Output) -> Intent:
    loop = asyncio.get_running_loop()
    ends = loop.time() + DEADLINE.total_seconds()
    said = False
    while True:
        if executor.journal.take(intent.intent_id, executor.owner):
            executor.journal.recover(intent.account, executor.owner)
            return executor.journal.get(intent.intent_id) or intent
        now = executor.journal.get(intent.intent_id) or intent
        if now.state not in {IntentState.PREPARED, IntentState.SENT}:
            return now
        if loop.time() >= ends:
            raise AtWork("Another billtop has been at work on this payment for a long time.")
        if not said:
            out.say("Another billtop is at work on this payment; waiting for its outcome.")
            said = True
        await asyncio.sleep(_LOOK_EVERY)


async def _despite_signals(executor: Executor, intent: Intent, work: Awaitable[Intent], out: Output) -> Intent:
    task = asyncio.ensure_future(work)
    stops = 0

    def stop() -> None:
        nonlocal stops
        stops += 1
        if stops > 1:
            task.cancel()
            return
        with suppress(OSError):  # The terminal may be what has gone.
            out.say(
                f"The payment is on its way: waiting for its outcome, {DEADLINE.total_seconds():.0f} s at most.",
                "Once more leaves it alone; its outcome is then unknown until `billtop intents --check` finds it.",
            )

    with _on_signals(stop):
        try:
            return await task
        except asyncio.CancelledError:
            return executor.journal.get(intent.intent_id) or intent


@contextmanager
def _on_signals(stop: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
