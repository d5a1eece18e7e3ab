"""Who watches a session: names of instances that tell whether the instance still lives."""

import os
from uuid import uuid4


def new_owner() -> str:
    """A name for this instance: its process id and something unique."""
    return f"{os.getpid()}-{uuid4()}"


def is_alive(owner: str | None) -> bool:
    """Whether the process that `owner` names still runs on this machine.

    A process id that was given to another program since makes this wrong for the rest of one lease, a machine that
    shares the file makes it wrong the other way: both only cost a look too late or too many, and looks are harmless.
    """
    if owner is None:
        return False
    try:
        os.kill(int(owner.partition("-")[0]), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
