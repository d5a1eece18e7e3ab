"""What people ask of billtop: reading by command."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.mutations.stage import Ran, Stage
from tui.sandbox.product_factory.seed import PASSWORD as SHOP_PASSWORD
from tui.sandbox.seed.account import EMAIL
from tui.sandbox.seed.account import PASSWORD as MODELSLAB_PASSWORD

Act = Callable[[Stage, bool], Ran]
"""Prepares, calls `Stage.begin`, asks for something; the flag wants JSON where there is a choice."""


@dataclass(frozen=True)
class Scenario:
    """One thing billtop is asked for, each time from the same state."""

    name: str
    act: Act
    only: tuple[str, ...] = ()
    """Endpoints whose answers are changed; all of them unless given."""
    comes_to_done: bool = False
    """Whether it moves money and, with true answers, ends in done."""
    charges: int = 0
    """How often a card may be charged at most."""
    sent_once: bool = False
    """Whether the call has no key, or no sample that sends one: it must never be sent again by itself."""
    batch: int = 1
    """How many mutations one start of a dashboard serves; 1 for everything else."""


def _read(account: str, *argv: str) -> Act:
    def act(stage: Stage, json: bool) -> Ran:
        stage.begin()
        return stage.run(account, *argv, json=json)

    return act


def _export(form: str) -> Act:
    """Write a file; as text, to stdout."""

    def act(stage: Stage, json: bool) -> Ran:
        stage.begin()
        to = ("--output", str(stage.folder / f"export.{form}")) if json else ()
        return stage.run("modelslab", "export", "--format", form, *to, json=json)

    return act


def _first(account: str, listing: str, *argv: str) -> Act:
    """Name the first thing of a list at the end of a command line."""

    def act(stage: Stage, json: bool) -> Ran:
        found = _ids(stage.run(account, listing, json=True))
        stage.begin()
        return stage.run(account, *argv, found, json=json)

    return act


def _ids(ran: Ran) -> str:
    import json

    return str(json.loads(ran.out)["items"][0]["id"])


def _login(provider: str, account: str, password: str) -> Act:
    def act(stage: Stage, json: bool) -> Ran:
        url = stage.accounts[account][1]
        stage.begin()
        argv = (
            "login",
            "--provider",
            provider,
            "--base-url",
            url,
            "--stripe-base-url",
            stage.stripe,
            "--store",
            "file",
        )
        return stage.run(None, *argv, "--email", EMAIL, "--password-stdin", stdin=f"{password}\n", json=json)

    return act


READING = (
    Scenario("balance", _read("modelslab", "balance"), ("GET /wallet/balance",)),
    Scenario("overview", _read("modelslab", "overview")),
    Scenario("transactions", _read("modelslab", "transactions")),
    Scenario("plans", _read("modelslab", "plans")),
    Scenario("subscriptions", _read("modelslab", "subscriptions")),
    Scenario("invoices", _read("modelslab", "invoices")),
    Scenario("invoice", _first("modelslab", "invoices", "invoice")),
    Scenario("cards", _read("modelslab", "cards")),
    Scenario("export", _export("csv")),
    Scenario("export-hledger", _export("hledger")),
    Scenario("doctor", _read("modelslab", "doctor")),
    Scenario("login", _login("modelslab", "modelslab", MODELSLAB_PASSWORD), ("POST /auth/login",)),
    Scenario("olostep-balance", _read("olostep", "balance")),
    Scenario("olostep-overview", _read("olostep", "overview")),
    Scenario("lots", _read("olostep", "lots")),
    Scenario("shop-balance", _read("user", "balance"), ("GET /credits/balance",)),
    Scenario("shop-overview", _read("user", "overview")),
    Scenario("shop-transactions", _read("user", "transactions")),
    Scenario("shop-plans", _read("user", "plans")),
    Scenario("orders", _read("user", "orders")),
    Scenario("order", _first("user", "orders", "order")),
    Scenario("portal", _read("user", "portal")),
    Scenario("shop-login", _login("product-factory", "user", SHOP_PASSWORD)),
)
