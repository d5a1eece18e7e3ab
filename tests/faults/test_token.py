"""Row H2: a token that is refused while the dashboard runs."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import tui.account.session
from tests.conftest import FixedClock
from tests.faults.conftest import Record
from tests.faults.rig import AMPLE, account, client_of
from tests.faults.server import Exchange, FaultServer, serve, served
from tests.faults.test_time import undated
from tui.account.session import AccountSession
from tui.account.state import Snapshot
from tui.domain import AccountRef
from tui.payments.checkouts.journal import CheckoutJournal
from tui.providers.base import Provider
from tui.providers.errors import NotAuthenticated

row = pytest.mark.row


class Guarded:
    """A server that refuses every token until it is told otherwise."""

    def __init__(self) -> None:
        self.refusing = True

    async def __call__(self, exchange: Exchange) -> None:
        if self.refusing:
            await exchange.read_body()
            await exchange.answer(401, b'{"message": "Unauthenticated."}')
        else:
            await serve(exchange)


class Source:
    """An account whose client was made beforehand."""

    def __init__(self, client: Provider) -> None:
        self.account: AccountRef = client.account
        self.name = client.account.name
        self.provider_title = client.account.provider_title
        self.mode = client.account.mode
        self.theme: str | None = None
        self.low_balance: Decimal | None = None
        self.fingerprint: str | None = None
        self._client = client

    def connect(self) -> Provider:
        return self._client

    def close(self) -> None:
        """Nothing was opened."""


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that no event tells."""
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


def paths(server: FaultServer, method: str) -> list[str]:
    return [each.path for each in server.arrivals if each.method == method]


@row("H2", injected="401 to every read while a link is waiting")
async def test_a_refused_token_is_told_and_nothing_is_asked_again(
    record: Record, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tui.account.session, "REFRESH", timedelta(seconds=0.05))
    guard = Guarded()
    journal_file = tmp_path / "payments.sqlite3"
    async with served(guard) as server:
        client = await client_of(server.url, AMPLE, clock)
        assert client.account == account(server.url).ref
        journal = CheckoutJournal(journal_file)
        journal.add(undated(client, clock).with_(next_check_at=clock.now() + timedelta(seconds=0.4)))
        journal.close()
        account_session = AccountSession(Source(client), journal_file, clock, lambda _: None, lambda _: None)
        account_session.start()
        able = [each for each in Snapshot.sections() if each.capability in client.capabilities]
        await until(
            lambda: all(
                account_session.snapshot.part(each).error and not account_session.snapshot.part(each).reading
                for each in able
            )
        )
        asked = len(paths(server, "GET"))
        clock.advance(timedelta(minutes=1))
        await asyncio.sleep(0.8)  # That nothing happens only time can tell: sixteen refreshes, two looks at the link.
        assert len(paths(server, "GET")) == asked
        assert paths(server, "POST") == []
        error = account_session.snapshot.balance.error
        assert isinstance(error, NotAuthenticated)
        note = str(account_session.snapshot.watch_note)
        assert note == "Unauthenticated."

        guard.refusing = False
        account_session.refresh(*Snapshot.sections())
        await until(lambda: account_session.snapshot.balance.error is None)
        await until(lambda: paths(server, "POST") != [])
        await until(lambda: account_session.snapshot.watch_note is None)
        await account_session.close()
    record(f"Every part: {error} {error.next_step} Not checking automatically: {note} After a refresh with a good "
           "token the link is looked at again.")  # fmt: skip
