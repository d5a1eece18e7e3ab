"""The billing profile and the automatic recharge: what was not changed is not sent, what charges is asked about."""

import pytest

from tests.tui.charging import say_yes
from tests.tui.conftest import MakeApp
from tests.tui.fake_provider import FakeProvider, text, usd
from tests.tui.looking import running_text, settled, toasts, until
from tests.tui.reading import line_with, press, type_text
from tui.app.main_screen import MainScreen
from tui.domain import AutoRecharge, BillingProfile, ProfileChange
from tui.screens.cards.settings_forms import profile_fields, read_profile
from tui.screens.shared.confirm import ConfirmDialog
from tui.screens.shared.form import BadField, FormDialog

KNOWN = BillingProfile(text("Example Labs GmbH"), text("billing@example.com"), text("DE1"), text("eu_vat"))


async def test_only_what_was_changed_of_the_profile_is_sent(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await press(pilot, "5", "b")
        assert isinstance(app.screen, FormDialog)
        await press(pilot, "end", "ctrl+u")
        await type_text(pilot, "Examplia")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, MainScreen) and "Examplia" in running_text(app))
        assert "The billing profile is changed." in toasts(app)
    assert provider.profile_changes == [ProfileChange(name="Examplia")]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({}, "name"),
        ({"email": "nobody"}, "email"),
        ({"country": "Germany"[:2] + "!"}, "country"),
        ({"tax_id": "DE2", "tax_id_type": ""}, "tax_id_type"),
    ],
)
def test_a_profile_that_cannot_be_names_its_field(changed: dict[str, str], field: str) -> None:
    typed = {each.name: each.value for each in profile_fields(KNOWN)} | changed
    with pytest.raises(BadField) as refused:
        read_profile(typed, KNOWN)
    assert refused.value.name == field


def test_a_tax_id_goes_with_its_kind_and_a_country_in_capitals() -> None:
    typed = {each.name: each.value for each in profile_fields(KNOWN)} | {"tax_id": "DE2", "country": "at"}
    assert read_profile(typed, KNOWN) == ProfileChange(tax_id="DE2", tax_id_type="eu_vat", country="AT")


async def test_a_rule_that_charges_by_itself_is_asked_about(make_app: MakeApp, provider: FakeProvider) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await press(pilot, "5", "t")
        assert "ModelsLab does not tell how it is set now." in running_text(app)
        await press(pilot, "enter")
        assert "Enter an amount" in running_text(app)
        for amount in ("10", "50"):
            fields = list(app.screen.query("Input"))
            fields[0 if amount == "10" else 1].focus()
            await type_text(pilot, amount)
        await press(pilot, "enter")
        assert isinstance(app.screen, ConfirmDialog)
        assert "Charge the default card $50.00 by itself whenever less than $10.00 is left?" in running_text(app)
        await press(pilot, "enter")
        assert provider.recharges == []
        await press(pilot, "t")
        await pilot.click("#field-on")
        await pilot.click("#form-go")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await say_yes(pilot)
        await until(pilot, lambda: "The automatic recharge is off." in toasts(app))
        await press(pilot, "t")
        for index, amount in enumerate(("10", "50")):
            list(app.screen.query("Input"))[index].focus()
            await type_text(pilot, amount)
        await press(pilot, "enter")
        await say_yes(pilot)
        await until(pilot, lambda: len(provider.recharges) == 2)
        line_with(app, "visa ···· 4242")
    assert provider.recharges == [None, AutoRecharge(usd("50"), usd("10"))]
