"""Cards and charges of a sandbox, as tests of paying need them."""

import time
from typing import Any

import httpx

from tests.cli.conftest import SECONDS
from tui.sandbox.harness import RunningSandbox


def save_card(sandbox: RunningSandbox, number: str) -> str:
    """Put a test card on file and return its id."""
    with httpx.Client(headers={"Authorization": f"Bearer {sandbox.token}"}, trust_env=False) as client:
        key = client.get(f"{sandbox.modelslab_url}/billing/stripe-config").json()["publishable_key"]
        form = {"type": "card", "card[number]": number, "card[exp_month]": "12", "card[exp_year]": "2035"}
        made = client.post(
            f"{sandbox.stripe_url}/v1/payment_methods", data=form, headers={"Authorization": f"Bearer {key}"}
        )
        card = str(made.json()["id"])
        saved = client.post(
            f"{sandbox.modelslab_url}/billing/payment-methods", json={"payment_method_id": card, "make_default": False}
        )
        saved.raise_for_status()
    return card


def charges(sandbox: RunningSandbox, amount: str) -> list[dict[str, Any]]:
    """What the server charged of one amount; tests that share a sandbox use amounts of their own."""
    return [each for each in sandbox.charges() if each["amount"] == amount]


def until_struck(sandbox: RunningSandbox, fault: int) -> None:
    """Wait until a call has met the fault; what it is holding up is then under way."""
    ends = time.monotonic() + SECONDS
    while not next(each["struck"] for each in sandbox.control("GET", "/faults")["faults"] if each["id"] == fault):
        assert time.monotonic() < ends, "no call met the fault"
