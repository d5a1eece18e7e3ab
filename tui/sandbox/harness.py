"""Starting a sandbox as a child process and steering it; needs nothing but the standard library."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any


class SandboxError(Exception):
    """The sandbox could not be started, or its control surface refused a request."""


class RunningSandbox:
    """A sandbox in a child process, which ends with this process, with the `with` block, or with `stop`.

    Attributes:
        modelslab_url: Base URL of the ModelsLab endpoints; `token` is the bearer token for them.
        olostep_url: Base URL of Olostep's endpoints; `olostep_token` is the API key for them.
        stripe_url: Base URL to put before `/v1/payment_methods`.
        control_url: Base URL of the control surface.
        product_factory_url: Base URL of Product Factory's gateway.
        product_factory_token: Value of a user's session cookie there; `product_factory_admin_token` of an admin's.

    """

    def __init__(self, process: subprocess.Popen[str], announcement: Mapping[str, Any]) -> None:
        self._process = process
        self.modelslab_url: str = announcement["modelslab"]["base_url"]
        self.token: str = announcement["modelslab"]["token"]
        self.olostep_url: str = announcement["olostep"]["base_url"]
        self.olostep_token: str = announcement["olostep"]["token"]
        self.stripe_url: str = announcement["stripe"]["base_url"]
        self.control_url: str = announcement["control"]
        factory = announcement["product_factory"]
        self.product_factory_url: str = factory["base_url"]
        self.product_factory_token: str = factory["token"]
        self.product_factory_admin_token: str = factory["admin_token"]
        self.announcement = dict(announcement)

    @property
    def pid(self) -> int:
        """Return the child's process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Tell whether the child has not ended."""
        return self._process.poll() is None

    @property
    def origin(self) -> str:
        """Return scheme, host and port."""
        return self.control_url.rpartition("/")[0]

    def __enter__(self) -> RunningSandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> int:
        """End the child and return its exit status; harmless when it has ended."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            status = self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        return status

    def kill(self) -> None:
        """End the child at once, as a crash would."""
        self._process.kill()
        self._process.wait()
        self.stop()

    def control(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Call the control surface and return its answer.

        Raises:
            SandboxError: It refused.

        """
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.control_url + path, data, headers, method=method)
        # No proxy: the environment's is not meant for this machine itself.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as response:
                answer: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode(errors="replace")
            raise SandboxError(f"{method} {path}: {error.code} {text}") from None
        return answer

    def pay(self, session_id: str) -> dict[str, Any]:
        """Pay a checkout as if somebody had done so on its page."""
        return self.control("POST", f"/checkouts/{session_id}/pay")

    def decline(self, session_id: str) -> dict[str, Any]:
        """Try to pay a checkout with a card that declines; it stays open."""
        return self.control("POST", f"/checkouts/{session_id}/decline")

    def expire(self, session_id: str) -> dict[str, Any]:
        """End an open checkout now."""
        return self.control("POST", f"/checkouts/{session_id}/expire")

    def checkouts(self) -> list[dict[str, Any]]:
        """Return every checkout session, oldest first."""
        found: list[dict[str, Any]] = self.control("GET", "/checkouts")["checkouts"]
        return found

    def events(self) -> list[dict[str, Any]]:
        """Return what payment providers have to tell Product Factory: channel, body, signature headers, status."""
        found: list[dict[str, Any]] = self.control("GET", "/webhooks")["events"]
        return found

    def deliver_events(self) -> list[dict[str, Any]]:
        """Send the events that have not been taken yet, and return them all."""
        sent: list[dict[str, Any]] = self.control("POST", "/webhooks/deliver")["events"]
        return sent

    def charges(self) -> list[dict[str, Any]]:
        """Return every charge: amount (decimal string), unit, path, idempotency_key, time, payment_intent_id."""
        made: list[dict[str, Any]] = self.control("GET", "/charges")["charges"]
        return made

    def advance_clock(self, seconds: int) -> str:
        """Move the sandbox's clock on and return what it shows (ISO 8601, UTC)."""
        return str(self.control("POST", "/clock", {"advance_seconds": seconds})["now"])

    def set_clock(self, iso: str) -> str:
        """Let the sandbox's clock show a time (aware ISO 8601) and run on from there."""
        return str(self.control("POST", "/clock", {"set": iso})["now"])

    def fault(
        self,
        path: str = "",
        *,
        method: str | None = None,
        status: int | None = None,
        body: str | dict[str, Any] | list[Any] | None = None,
        headers: Mapping[str, str] | None = None,
        times: int | None = 1,
        delay_ms: int = 0,
        after_commit: bool = False,
        drop: bool = False,
        error_code: str | None = None,
    ) -> int:
        """Order a fault for calls whose path contains or globs `path`, and return its number.

        `times` None is for ever; `after_commit` lets the call take effect first; `drop` cuts the connection;
        `delay_ms` alone slows the processing itself.
        """
        order = {
            "match": {"method": method, "path": path},
            "status": status,
            "body": body,
            "headers": dict(headers or {}),
            "times": times,
            "delay_ms": delay_ms,
            "after_commit": after_commit,
            "drop": drop,
            "error_code": error_code,
        }
        return int(self.control("POST", "/faults", order)["id"])

    def clear_faults(self) -> None:
        """Withdraw every fault."""
        self.control("DELETE", "/faults")

    def latency(self, milliseconds: int) -> None:
        """Hold every answer back."""
        self.control("POST", "/latency", {"ms": milliseconds})

    def settings(self, **change: str | int | bool) -> dict[str, Any]:
        """Change settings such as `confirm_pending_style`, `rate_limits`, `url_length`, and return them all."""
        return self.control("POST", "/settings", change)

    def add_transactions(self, **order: str | int) -> list[int]:
        """Add rows to the ledger now (type, amount_cents, usecase, source, status, count) and return their ids."""
        ids: list[int] = self.control("POST", "/transactions", order)["ids"]
        return ids

    def settle(self, row_id: int, status: str) -> None:
        """Change a ledger row's status."""
        self.control("POST", f"/transactions/{row_id}/status", {"status": status})

    def add_coupon(self, code: str, *, percent: int, reusable: bool = False) -> None:
        """Add a coupon that charges a card and adds `percent` to what it took."""
        self.control("POST", "/coupons", {"code": code, "percent": percent, "reusable": reusable})

    def use_credits(self, units: int) -> int:
        """Spend credits of the Olostep team, as a job would, and return what is left."""
        return int(self.control("POST", "/credits/use", {"units": units})["credits"])

    def reset(self) -> None:
        """Return to the account as it was made; the token stays."""
        self.control("POST", "/reset")


def launch(
    *,
    rows: int = 2600,
    seed: int = 1,
    state: Path | None = None,
    clock_at: str | None = None,
    port: int = 0,
    latency_ms: int = 0,
    url_length: int | None = None,
    rate_limits: bool = True,
) -> RunningSandbox:
    """Start a sandbox and return it once it listens; the caller stops it.

    Raises:
        SandboxError: It ended instead, for example because its packages are not installed; says what it printed.

    """
    options: dict[str, object] = {
        "--rows": rows,
        "--seed": seed,
        "--port": port,
        "--latency": latency_ms,
        "--state": state,
        "--clock": clock_at,
        "--url-length": url_length,
    }
    words = [str(word) for pair in options.items() if pair[1] is not None for word in pair]
    if not rate_limits:
        words.append("--no-rate-limits")
    # A file, not a pipe: nobody reads what the server complains of, and a full pipe would stop it.
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(
            # -P: a file of the folder somebody happens to be in is never run as a module of Python's.
            [sys.executable, "-P", "-m", "tui.sandbox.server", "--exit-with-stdin", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            # Its own session: ctrl+c in the terminal is for the app, which then ends the sandbox.
            start_new_session=True,
        )
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            process.communicate()
            complaints.seek(0)
            reason = complaints.read().strip().splitlines()
            raise SandboxError(reason[-1] if reason else f"the sandbox ended with status {process.returncode}")
    return RunningSandbox(process, json.loads(line))


@contextmanager
def start_sandbox(
    *,
    rows: int = 2600,
    seed: int = 1,
    state: Path | None = None,
    clock_at: str | None = None,
    port: int = 0,
    latency_ms: int = 0,
    url_length: int | None = None,
    rate_limits: bool = True,
) -> Iterator[RunningSandbox]:
    """Run a sandbox for the length of a `with` block; the arguments are those of `launch`."""
    running = launch(
        rows=rows,
        seed=seed,
        state=state,
        clock_at=clock_at,
        port=port,
        latency_ms=latency_ms,
        url_length=url_length,
        rate_limits=rate_limits,
    )
    with running:
        yield running
