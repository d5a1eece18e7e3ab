"""Cards and charges of a sandbox, as tests of paying need them."""

import os
import select
import time
from collections.abc import Callable
from threading import Event
from typing import Any

import httpx

from tests.cli.conftest import SECONDS
from tests.faults.forker import Command
from tui.sandbox.harness import RunningSandbox


def save_card(sandbox: RunningSandbox, number: str) -> str:
    """Put a test card on file and return its id."""
    with httpx.Client(headers={"Authorization": f"Bearer {sandbox.token}"}, trust_env=False, verify=False) as client:
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


HELD = 120_000
"""Milliseconds a call is held back at most: a test withdraws the faults when it has seen what it waits for."""


def until_said(words: str, *processes: Command) -> str:
    """Wait until one of them has said `words` on stderr, and return that line; it is not in its result any more."""
    streams = {process.stderr: "" for process in processes}
    while True:
        ready, _, _ = select.select(list(streams), [], [], SECONDS)
        assert ready, f"nobody said {words!r}: {list(streams.values())}"
        for stream in ready:
            got = os.read(stream.fileno(), 65536).decode()
            assert got, f"one ended without saying {words!r}: {streams[stream]}"
            streams[stream] += got
            found = [line for line in streams[stream].split("\n")[:-1] if words in line]
            if found:
                return found[0]


def until(ready: Callable[[], object], what: str) -> None:
    """Wait until `ready`."""
    ends, tick = time.monotonic() + SECONDS, Event()
    while not ready():
        tick.wait(0.01)
        assert time.monotonic() < ends, f"never: {what}"


def until_one_ended(*processes: Command) -> None:
    """Wait until one of them has ended."""
    until(lambda: any(process.poll() is not None for process in processes), "one of them ended")


def until_struck(sandbox: RunningSandbox, fault: int) -> None:
    """Wait until a call has met the fault; what it is holding up is then under way."""
    until(
        lambda: next(each["struck"] for each in sandbox.control("GET", "/faults")["faults"] if each["id"] == fault),
        "a call met the fault",
    )
