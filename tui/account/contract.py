"""Whether a provider still answers in the shapes its wire models expect: every reading endpoint once, nothing else.

What is told of an answer are names of fields, never what is in them.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from tui.account.state import Section, Snapshot
from tui.domain import InvoiceLinks, SafeText
from tui.providers.base import Capability, HasOverview, HasRights, Provider
from tui.providers.errors import BillingError, NotAllowed, ProtocolError
from tui.providers.recorder import ContractRecorder, recorded

# What only this check and a command read: no snapshot has it.
_OVERVIEW = Section(Capability.OVERVIEW, HasOverview, lambda it: it.overview())
_RIGHTS = Section(Capability.RIGHTS, HasRights, lambda it: it.rights())

Value = TypeVar("Value")


class Verdict(StrEnum):
    """How an endpoint stands to its contract, best first."""

    OK = "ok"
    MISSING = "fields missing"
    """It can be read, without something its published page shows."""
    NOT_ALLOWED = "not allowed"
    """The token may not read it."""
    UNANSWERED = "not answered"
    UNKNOWN = "unknown shape"
    """It cannot be read."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one endpoint; `detail` follows the verdict's words and may be empty."""

    endpoint: str
    verdict: Verdict
    detail: str
    request_id: SafeText | None


async def check_contract(provider: Provider) -> list[Finding]:
    """Read every reading endpoint of the account; each is told once, as the worst that was found. Never raises."""
    contract, able = _Contract(), provider.capabilities
    sections: tuple[Section[Any], ...] = (_OVERVIEW, _RIGHTS, *Snapshot.sections())
    for section in sections:
        if section.capability not in able:
            continue
        value: Any = await contract.read(section.load(provider))
        if section is _RIGHTS:
            able |= value or frozenset()
        for read in section.each(provider) if value else ():
            first = value[0].id
            await contract.read(read(first), of=first)
    return list(contract.findings.values())


class _Contract:
    """The findings so far, by endpoint."""

    def __init__(self) -> None:
        self.findings: dict[str, Finding] = {}

    async def read(self, reading: Awaitable[Value], *, of: str | None = None) -> Value | None:
        """Judge one reading and return what it brought; `of` is the id in its path, which is not told."""
        value = None
        with recorded() as recorder:
            try:
                value = await reading
            except BillingError as trouble:
                verdict, detail = _trouble(trouble)
            else:
                verdict, detail = _success(recorder, value)
        calls = [call if of is None else call.replace(f"/{of}", "/{id}") for call in recorder.calls]
        # Which of several calls was the bad one is not known.
        for endpoint in calls if verdict is Verdict.OK else [", ".join(calls)]:
            self._note(Finding(endpoint, verdict, detail, recorder.request_id))
        return value

    def _note(self, found: Finding) -> None:
        before = self.findings.get(found.endpoint)
        if before is None or _ORDER.index(before.verdict) < _ORDER.index(found.verdict):
            self.findings[found.endpoint] = found


_ORDER = tuple(Verdict)


def _success(recorder: ContractRecorder, value: object) -> tuple[Verdict, str]:
    if recorder.missing:
        return Verdict.MISSING, ", ".join(recorder.missing)
    if isinstance(value, InvoiceLinks):  # wherever its addresses are, they are found: their names are no contract
        told = value.pdf_url or value.hosted_url
        return (Verdict.OK, "") if told else (Verdict.MISSING, "an address of the document")
    return Verdict.OK, "" if recorder.absent else "there is nothing in it whose fields could be looked at"


def _trouble(trouble: BillingError) -> tuple[Verdict, str]:
    """Only billtop's own words: a refusal's may repeat what was asked for."""
    if isinstance(trouble, ProtocolError):
        return Verdict.UNKNOWN, str(trouble)
    told = trouble.kind if trouble.status is None else f"HTTP {trouble.status}, {trouble.kind}"
    return Verdict.NOT_ALLOWED if isinstance(trouble, NotAllowed) else Verdict.UNANSWERED, told
