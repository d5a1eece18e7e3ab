"""The journal keeps what was begun, privately, or says why it cannot."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import NOW
from tests.payments.scripted import HandClock, ScriptedProvider, session
from tui.domain import CheckoutState, LinkRequest, PaymentLink, Purpose, SafeText
from tui.payments.checkouts.gate import BadPaymentUrl
from tui.payments.checkouts.journal import CheckoutJournal, JournalError
from tui.payments.checkouts.links import open_checkout


def test_a_session_comes_back_as_it_was_after_a_restart(tmp_path: Path) -> None:
    provider = ScriptedProvider()
    begun = session(provider)
    subscribe = LinkRequest(Purpose.SUBSCRIBE, None, "10", SafeText("Basic"), SafeText("creem"))
    plan = begun.with_(session_id="cs_2", request=subscribe)
    journal = CheckoutJournal(tmp_path / "deep" / "payments.sqlite3")
    journal.add(begun)
    journal.add(plan)
    journal.close()
    again = CheckoutJournal(tmp_path / "deep" / "payments.sqlite3")
    assert set(again.open_sessions(provider.account.fingerprint)) == {begun, plan}
    again.close()


def test_a_journal_of_an_older_billtop_is_gone_on_with(tmp_path: Path) -> None:
    provider = ScriptedProvider()
    path = tmp_path / "payments.sqlite3"
    journal = CheckoutJournal(path)
    journal.add(session(provider))
    journal.close()
    with closing(sqlite3.connect(path)) as older, older:
        older.execute("ALTER TABLE checkouts DROP COLUMN channel")
    again = CheckoutJournal(path)
    later = session(provider).with_(
        session_id="cs_2", request=LinkRequest(Purpose.SUBSCRIBE, plan_id="p", channel=SafeText("creem"))
    )
    again.add(later)
    assert set(again.open_sessions(provider.account.fingerprint)) == {session(provider), later}
    again.close()


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    provider = ScriptedProvider()
    old = os.umask(0)
    try:
        journal = CheckoutJournal(tmp_path / "data" / "payments.sqlite3")
        journal.add(session(provider))
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
    journal.close()
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "payments.sqlite3").symlink_to(victim)
    with pytest.raises(JournalError, match="No payment is begun"):
        CheckoutJournal(tmp_path / "payments.sqlite3")
    assert victim.read_text() == "precious"


def test_a_newer_journal_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "payments.sqlite3"
    CheckoutJournal(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(JournalError, match="newer billtop"):
        CheckoutJournal(path)


@pytest.mark.parametrize("damage", ["not a database", "a broken middle"])
def test_a_damaged_journal_is_set_aside_and_said_never_deleted(tmp_path: Path, damage: str) -> None:
    path, provider = tmp_path / "payments.sqlite3", ScriptedProvider()
    journal = CheckoutJournal(path)
    for number in range(200):
        journal.add(session(provider, f"cs_{number}"))
    journal.close()
    content = bytearray(path.read_bytes())
    content[0 if damage == "not a database" else 100 : 9000] = b"\xa5" * 8900
    path.write_bytes(content)
    again = CheckoutJournal(path)
    assert again.sessions(provider.account.fingerprint) == ()
    again.close()
    (kept,) = tmp_path.glob("payments.sqlite3.broken-*")
    assert kept.stat().st_size >= 20_000
    assert again.notice is not None
    assert str(kept) in again.notice
    assert "before you pay again" in again.notice


async def test_a_link_that_cannot_be_written_down_is_not_handed_out(tmp_path: Path) -> None:
    journal = CheckoutJournal(tmp_path / "payments.sqlite3")
    journal._file.connection.execute(
        "CREATE TRIGGER full BEFORE INSERT ON checkouts BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
    )
    with pytest.raises(JournalError, match="disk is full"):
        await open_checkout(ScriptedProvider(), journal, HandClock(), LinkRequest(Purpose.FUND))
    journal.close()


async def test_an_address_that_lies_is_neither_kept_nor_handed_out(tmp_path: Path) -> None:
    provider, journal = ScriptedProvider(), CheckoutJournal(tmp_path / "payments.sqlite3")
    provider.link = PaymentLink("cs_live_a1", "https://checkout.stripe.com@evil.example/", None)
    with pytest.raises(BadPaymentUrl):
        await open_checkout(provider, journal, HandClock(), LinkRequest(Purpose.FUND))
    assert journal.sessions(provider.account.fingerprint) == ()
    journal.close()


def test_a_session_that_ended_unpaid_can_be_watched_again_but_a_paid_one_stays_paid(tmp_path: Path) -> None:
    provider, journal = ScriptedProvider(), CheckoutJournal(tmp_path / "payments.sqlite3")
    for name, state in (("cs_1", CheckoutState.EXPIRED), ("cs_2", CheckoutState.PAID)):
        journal.add(session(provider, name))
        journal.save(session(provider, name).with_(state=state))
        journal.reopen(session(provider, name))
    states = {each.session_id: each.state for each in journal.sessions(provider.account.fingerprint)}
    journal.close()
    assert states == {"cs_1": CheckoutState.PENDING, "cs_2": CheckoutState.PAID}


def test_what_is_set_aside_is_kept_and_a_look_under_way_may_still_find_it_paid(tmp_path: Path) -> None:
    provider, journal = ScriptedProvider(), CheckoutJournal(tmp_path / "payments.sqlite3")
    looked_at = session(provider, "cs_1").with_(note=SafeText("it is not clear whether this was paid"))
    journal.add(looked_at)
    aside = journal.dismiss(looked_at, NOW)
    assert (aside.state, aside.closed_at) == (CheckoutState.DISMISSED, NOW)
    assert aside.note.endswith("it is not clear whether this was paid")
    assert journal.open_sessions(looked_at.account) == ()
    journal.save(looked_at.with_(note=SafeText("not paid yet")))
    assert journal.get(looked_at.account, "cs_1") == aside
    journal.save(looked_at.with_(state=CheckoutState.PAID))
    journal.dismiss(looked_at, NOW)
    kept = journal.get(looked_at.account, "cs_1")
    assert kept is not None
    assert kept.state is CheckoutState.PAID
    journal.close()
