"""Which views an account has, where two of them share a key, and what is said before a login ends."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tui.account.state import Resource, Snapshot
from tui.app.views import key_leads_to, views_of
from tui.domain import LoginSession, Mode, SafeText
from tui.providers.base import Capability
from tui.screens.overview.alerts import alerts

BOTH = frozenset({Capability.INVOICES, Capability.ORDERS})


def on_key_4(able: frozenset[Capability] | None) -> list[str]:
    return [each.id for each in views_of(able) if each.key == "4"]


def test_a_key_leads_to_what_the_account_has() -> None:
    assert on_key_4(None) == ["invoices"]
    assert on_key_4(BOTH - {Capability.INVOICES}) == ["orders"]
    assert on_key_4(BOTH) == ["invoices", "orders"]
    for able, leads in [(None, "invoices"), (frozenset({Capability.ORDERS}), "orders"), (frozenset(), "invoices")]:
        assert [each for each in ("invoices", "orders") if key_leads_to(each, able, "overview")] == [leads]


def test_views_that_share_a_key_take_turns() -> None:
    for current, leads in [("overview", "invoices"), ("invoices", "orders"), ("orders", "invoices")]:
        assert [each for each in ("invoices", "orders") if key_leads_to(each, BOTH, current)] == [leads]


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=2), None),
        (timedelta(hours=5, minutes=1), "The login ends in 5 hours: log in again"),
        (timedelta(minutes=-1), "The login has ended: log in again"),
    ],
)
def test_a_login_that_ends_soon_is_told(left: timedelta, words: str | None) -> None:
    session = Resource(LoginSession(expires_at=NOW + left), NOW)
    shop = Snapshot(SafeText("shop"), "Product Factory", Mode.LIVE)
    found = alerts(shop.with_part(Snapshot.session, session), NOW)
    assert [each.words.startswith(words or "") for each in found] == ([True] if words else [])
