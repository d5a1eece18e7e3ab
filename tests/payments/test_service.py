"""The payments service of an account: what it announces of the journal it cannot read."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest

from tests.payments.scripted import HandClock, ScriptedProvider
from tui.account.payments import PaymentsService
from tui.payments.checkouts.journal import JournalError
from tui.providers.base import Provider


async def test_a_journal_that_can_no_longer_be_read_is_told_until_it_can(tmp_path: Path) -> None:
    path, told = tmp_path / "payments.sqlite3", list[str | None]()
    provider = cast("Provider", ScriptedProvider())
    payments = await PaymentsService.open(provider, path, HandClock(), on_trouble=told.append)
    with closing(sqlite3.connect(path)) as db:
        db.execute("ALTER TABLE intents RENAME TO away")
        with pytest.raises(JournalError):
            await payments.refresh()
        assert "cannot be used" in str(told[-1])
        db.execute("ALTER TABLE away RENAME TO intents")
        await payments.refresh()
    assert told[-1] is None
    await payments.close()
