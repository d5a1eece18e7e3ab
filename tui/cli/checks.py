"""What `billtop doctor` tells: one check a thing it looked at, and those of an account's endpoints."""

from dataclasses import dataclass
from enum import StrEnum

from tui.providers.base import Provider


class Level(StrEnum):
    """How a check came out."""

    OK = "ok"
    LOOK = "look"
    """It works, and somebody may want to know."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    state: Level
    found: str
    request_id: str | None = None
    """What a provider's support asks for, where an answer had one."""


async def contract_of(account: str, provider: Provider) -> list[Check]:
    """Whether every reading endpoint answers in the shape billtop expects; nothing of a content is told."""
    from tui.account.contract import Verdict, check_contract

    states = {
        Verdict.OK: Level.OK,
        Verdict.MISSING: Level.LOOK,
        Verdict.NOT_ALLOWED: Level.LOOK,
        Verdict.UNANSWERED: Level.FAILED,
        Verdict.UNKNOWN: Level.FAILED,
    }
    return [
        Check(
            what=f"{account}: {each.endpoint}",
            state=states[each.verdict],
            found=": ".join(filter(None, (each.verdict.value, each.detail))),
            request_id=each.request_id and str(each.request_id),
        )
        for each in await check_contract(provider)
    ]
