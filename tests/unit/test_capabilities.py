"""One entry in the snapshot is all that a capability with something to read needs."""

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

import pytest

from tests.conftest import FixedClock
from tests.contract.foreign import ACCOUNT, Foreign, client_for, example, json_answer
from tui.account.contract import Verdict, check_contract
from tui.account.session import AccountSession
from tui.account.state import Resource, Section, Snapshot
from tui.domain import PlanCatalog
from tui.providers.base import Capability, Provider
from tui.providers.modelslab.client import ModelsLabClient
from tui.widgets.state_line import state_words

PRETENDED = cast("Capability", "fortune telling")


@runtime_checkable
class HasFortunes(Protocol):
    """Tells what is to come."""

    async def fortunes(self) -> PlanCatalog: ...


class FortuneTeller(ModelsLabClient):
    """A client that can do one more thing."""

    async def fortunes(self) -> PlanCatalog:
        return await self.plans()


class Source:
    """An account that is connected already."""

    name, provider_title, mode = ACCOUNT.name, ACCOUNT.provider_title, ACCOUNT.mode

    def __init__(self, client: Provider) -> None:
        self.theme: str | None = None
        self.low_balance: Decimal | None = None
        self.fingerprint: str | None = None
        self._client = client

    def connect(self) -> Provider:
        return self._client

    def close(self) -> None:
        """Nothing was opened."""


def teller(body: bytes) -> tuple[FortuneTeller, Foreign]:
    client, foreign = client_for(json_answer(body))
    client.__class__ = FortuneTeller
    assert isinstance(client, FortuneTeller)
    client.capabilities = frozenset({PRETENDED})
    return client, foreign


async def read(client: Provider, clock: FixedClock, folder: Path, section: Section[PlanCatalog]) -> list[Snapshot]:
    """Connect and wait until the part was read or failed; every picture of the account on the way."""
    seen: list[Snapshot] = []
    done = asyncio.Event()

    def show(snapshot: Snapshot) -> None:
        seen.append(snapshot)
        part = snapshot.part(section)
        if not part.reading and (part.value is not None or part.error is not None):
            done.set()

    session = AccountSession(Source(client), folder / "payments.sqlite3", clock, show, lambda _: None)
    session.start()
    async with asyncio.timeout(30):
        await done.wait()
    await session.close()
    return seen


async def test_one_entry_has_a_capability_loaded_shown_by_its_title_and_its_contract_checked(
    clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = Section(PRETENDED, HasFortunes, lambda it: it.fortunes(), title="fortunes")
    monkeypatch.setattr(Snapshot, "fortunes", section, raising=False)

    client, _ = teller(example("plans"))
    seen = await read(client, clock, tmp_path, section)
    loaded = seen[-1].part(section)
    assert loaded.value is not None
    assert loaded.value.items
    assert seen[-1].fortunes == loaded  # type: ignore[attr-defined]
    asked = [state_words(each, (section,), None) for each in seen]
    assert "Reading fortunes…" in [str(words) for words in asked]
    assert asked[-1] is None

    other = b'{"data": {"future": 1}}'
    failed = (await read(teller(other)[0], clock, tmp_path, section))[-1]
    assert str(state_words(failed, (section,), None)).startswith("Could not read fortunes. ")

    (found,) = await check_contract(teller(example("plans"))[0])
    assert found.verdict is Verdict.OK
    broken, foreign = teller(other)
    (found,) = await check_contract(broken)
    assert found.verdict is Verdict.UNKNOWN
    assert {request.method for request in foreign.requests} == {"GET"}


def test_a_part_nobody_has_read_is_empty() -> None:
    snapshot = Snapshot(ACCOUNT.name, ACCOUNT.provider_title, ACCOUNT.mode)
    assert [snapshot.part(each) for each in Snapshot.sections()] == [Resource()] * len(Snapshot.sections())
    assert len({each.title for each in Snapshot.sections()}) == len(Snapshot.sections()) == 11
