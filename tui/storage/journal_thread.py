"""The payments journal's own thread: no write to it, however slow, holds up the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_THREAD = ThreadPoolExecutor(1, thread_name_prefix="payments-journal")
"""One for the process: its accounts share one file, and what is asked first is done first."""


async def in_journal_thread(call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Make a journal call in the journal's thread and return what it returns, or raise what it raises.

    A write is on the disk when this returns. Cancelling the wait does not stop a call that has begun.
    """
    return await asyncio.get_running_loop().run_in_executor(_THREAD, partial(call, *args, **kwargs))
