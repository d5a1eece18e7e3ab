"""Faults that a test orders: answers replaced, delayed or never sent, before or after the call took effect."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase


@dataclass
class Fault:
    """One ordered fault; `times` is how often it still strikes, None without end."""

    id: int
    method: str | None
    path: str
    status: int | None = None
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    times: int | None = 1
    delay_ms: int = 0
    after_commit: bool = False
    drop: bool = False
    error_code: str | None = None
    struck: int = 0
    withdrawn: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def replaces(self) -> bool:
        """Whether the real answer is withheld."""
        return self.drop or self.status is not None or self.body is not None or self.error_code is not None

    async def hold(self) -> None:
        """Hold a call back for the ordered time, or until the fault is withdrawn; only now it has struck.

        Whoever waits for that finds a call's key in progress, and what was to be committed before committed.
        """
        self.struck += 1
        with suppress(TimeoutError):
            await asyncio.wait_for(self.withdrawn.wait(), self.delay_ms / 1000)

    def matches(self, method: str, path: str) -> bool:
        """Compare the method, and the path as a glob when it has wildcards, else as a part of the path."""
        if self.times == 0 or (self.method and self.method != method):
            return False
        if any(sign in self.path for sign in "*?["):
            return fnmatchcase(path, self.path) or fnmatchcase(path, f"*{self.path}")
        return self.path in path


class Faults:
    """The faults in force, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._next = 1

    def add(self, fault: Fault) -> Fault:
        """Order a fault and give it its number."""
        fault.id = self._next
        self._next += 1
        self._faults.append(fault)
        return fault

    def all(self) -> list[Fault]:
        """Return every fault ordered, spent ones too."""
        return list(self._faults)

    def clear(self) -> None:
        """Withdraw every fault; calls that are held back go on."""
        for fault in self._faults:
            fault.withdrawn.set()
        self._faults.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that is to strike this call."""
        for fault in self._faults:
            if fault.matches(method, path):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None
