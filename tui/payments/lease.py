"""Who is at work on a payment: names of instances that tell whether the instance still lives."""

import os
from pathlib import Path
from uuid import uuid4

_OURS: set[str] = set()
"""Names made by this very process."""


def new_owner() -> str:
    """A name for this instance: its process id, when that process began, and something unique."""
    owner = f"{os.getpid()}-{_began(os.getpid())}-{uuid4()}"
    _OURS.add(owner)
    return owner


def is_alive(owner: str | None) -> bool:
    """Whether the process that `owner` names still runs on this machine.

    Process ids are given anew: in a container the next start often has the one of the instance that was killed. So a
    name with our own id must be one of ours, and where the system tells when a process began that must fit too.
    Elsewhere a reused id, or a machine that shares the file, can make this wrong.
    """
    if owner is None:
        return False
    number, _, rest = owner.partition("-")
    try:
        pid = int(number)
        os.kill(pid, 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        return True
    if pid == os.getpid():
        return owner in _OURS
    began, now = rest.partition("-")[0], _began(pid)
    if now == "ended":
        return False
    return began == now or not began.isdecimal() or "0" in (began, now)


def _began(pid: int) -> str:
    """When a process began, in ticks since the machine started (proc(5), stat, field 22).

    "0" where nobody tells, "ended" for one that was killed and only waits for its parent to notice.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return "ended" if fields[0] in "ZX" else fields[19]
    except (OSError, IndexError):
        return "0"
