"""States of payments that carry their properties."""

from enum import StrEnum
from typing import Self


class State(StrEnum):
    """A state with its traits behind its value: each property, and the journals' SQL, is built from them."""

    traits: frozenset[str]

    def __new__(cls, value: str, *traits: str) -> Self:
        """Make one member: its value as it is stored, then its traits."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.traits = frozenset(traits)
        return member

    @classmethod
    def sql(cls, trait: str) -> str:
        """The states with `trait` as SQL lists them: `'sent', 'unknown'`. Raises KeyError for an unknown trait."""
        found = [f"'{state.value}'" for state in cls if trait in state.traits]
        if not found:
            raise KeyError(trait)
        return ", ".join(found)

    @property
    def open(self) -> bool:
        """Whether money may still move or have moved without our knowing."""
        return "open" in self.traits

    @property
    def watched(self) -> bool:
        """Whether reading from the provider can still tell something new."""
        return "watched" in self.traits

    @property
    def dismissible(self) -> bool:
        """Whether a person may stop asking about it."""
        return "dismissible" in self.traits

    @property
    def succeeded(self) -> bool:
        """Whether the money moved."""
        return "succeeded" in self.traits

    @property
    def uncharged(self) -> bool:
        """Whether certainly nothing was charged."""
        return "uncharged" in self.traits

    @property
    def dismissed(self) -> bool:
        """Whether a person stopped asking about it: then nothing is known about the money."""
        return "dismissed" in self.traits
