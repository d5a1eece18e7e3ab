"""The process: what it prints first, how it ends, what its state file keeps, how it invents an account."""

from __future__ import annotations

import json
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tui.sandbox.harness import RunningSandbox, SandboxError, launch, start_sandbox

DAY = "2026-11-20T{}:00:00Z"


def read(sandbox: RunningSandbox, path: str) -> Any:
    headers = {"Authorization": f"Bearer {sandbox.token}"}
    request = urllib.request.Request(sandbox.modelslab_url + path, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)["data"]


def history(seed: int, hour: str, rows: int = 250) -> list[Any]:
    with start_sandbox(rows=rows, seed=seed, clock_at=DAY.format(hour)) as sandbox:
        paths = ("/wallet/transactions?limit=200", "/subscriptions", "/billing/invoices", "/billing/payment-methods")
        return [read(sandbox, path) for path in paths]


def test_the_same_seed_and_day_make_the_same_account() -> None:
    morning = history(3, "08")
    assert morning == history(3, "19")
    assert morning != history(4, "08")


@pytest.mark.parametrize("rows", [0, 1, 2, 10, 137])
def test_any_number_of_rows_adds_up(rows: int) -> None:
    with start_sandbox(rows=rows) as sandbox:
        page = read(sandbox, "/wallet/transactions?limit=200")
        assert page["total"] == rows
        wallet = page["wallet"]
        assert wallet["balance"] == pytest.approx(75.50 if rows else 0)
        assert wallet["total_credited"] - wallet["amount_used"] == pytest.approx(wallet["balance"])


def test_the_default_account_is_believable() -> None:
    with start_sandbox(clock_at=DAY.format("12")) as sandbox:
        rows = [
            row
            for offset in range(0, 2600, 200)
            for row in read(sandbox, f"/wallet/transactions?limit=200&offset={offset}")["items"]
        ]
    assert len(rows) == 2600
    assert rows[0]["created_at"] > "2026-11-18"
    assert rows[-1]["created_at"] < "2025-06-10"
    recent = [row for row in rows if row["type"] == "debit" and row["status"] == "success"]
    month = sum(row["amount"] for row in recent if row["created_at"] > "2026-10-21")
    week = sum(row["amount"] for row in recent if row["created_at"] > "2026-11-13")
    assert 30 < month < 150
    assert 7 < 75.50 / (week / 7) < 25
    assert {row["status"] for row in rows} == {"success", "failed", "pending"}
    assert {row["usecase"] for row in rows} >= {"image_generation", "video_generation", "wallet_funding", "refund"}


def test_a_million_rows_within_seconds() -> None:
    started = time.monotonic()
    with start_sandbox(rows=1_000_000) as sandbox:
        assert time.monotonic() - started < 60
        assert read(sandbox, "/wallet/transactions?limit=1")["total"] == 1_000_000


def test_the_state_file_survives_a_restart_and_a_crash(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    first = launch(rows=20, state=state)
    token = first.token
    body = json.dumps({"purpose": "fund", "amount": 25}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": "k"}
    request = urllib.request.Request(first.modelslab_url + "/billing/payment-link", body, headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        session = json.load(response)["session_id"]
    first.pay(session)
    shown = first.advance_clock(7200)
    first.kill()
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    with start_sandbox(rows=999, seed=9, state=state) as second:
        assert second.token == token
        assert read(second, "/wallet/transactions?limit=1")["total"] == 20
        assert [one["payment_status"] for one in second.checkouts()] == ["paid"]
        assert len(second.charges()) == 1
        assert second.control("GET", "/clock")["now"] >= shown
        again = urllib.request.Request(second.modelslab_url + "/billing/payment-link", body, headers)
        with urllib.request.urlopen(again, timeout=60) as response:
            assert json.load(response)["idempotency_replay"] is True


def test_starting_one_needs_nothing_but_the_standard_library() -> None:
    program = (
        "import sys, tui.sandbox, tui.sandbox.harness\n"
        "print(sorted({'fastapi', 'httpx', 'jinja2', 'pydantic', 'starlette', 'uvicorn'} & set(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "[]"


def test_a_temporary_state_is_removed_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with start_sandbox(rows=5):
        (folder,) = tmp_path.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(tmp_path.iterdir()) == []


def serve(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tui.sandbox.server", "--rows", "5", *words]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_line_tells_where_it_is_and_a_signal_ends_it(number: int, tmp_path: Path) -> None:
    process = serve()
    assert process.stdout
    announcement = json.loads(process.stdout.readline())
    origin = announcement["control"].removesuffix("/_sandbox")
    assert origin.startswith("http://127.0.0.1:")
    assert announcement["modelslab"]["base_url"] == f"{origin}/modelslab/api/agents/v1"
    assert announcement["stripe"] == {"base_url": f"{origin}/stripe"}
    with urllib.request.urlopen(f"{origin}/openapi.json", timeout=60) as response:
        assert response.status == 200
    process.send_signal(number)
    output, complaints = process.communicate(timeout=60)
    assert (process.returncode, output, complaints) == (0, "", "")


def test_it_ends_with_its_standard_input() -> None:
    process = serve("--exit-with-stdin")
    assert process.stdout
    assert process.stdin
    process.stdout.readline()
    process.stdin.close()
    process.stdin = None
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_file_that_is_no_state_is_refused_in_one_line(tmp_path: Path) -> None:
    state = tmp_path / "notes.txt"
    state.write_text("not a database, but long enough to be looked at as one" * 20)
    with pytest.raises(SandboxError, match=r"notes\.txt"):
        launch(state=state)
    assert state.read_text().startswith("not a database")
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE meta (something TEXT)")
    connection.close()
    with pytest.raises(SandboxError, match=r"other\.sqlite"):
        launch(state=other)
    with sqlite3.connect(other) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("meta",)]
    connection.close()


def test_a_taken_port_is_said() -> None:
    with start_sandbox(rows=5) as first:
        port = int(first.origin.rpartition(":")[2])
        with pytest.raises(SandboxError, match=f"port {port}"):
            launch(rows=5, port=port)


def test_it_runs_nothing_of_the_folder_it_is_started_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The name of a module that Python imports for itself, as a script left lying about may have.
    (tmp_path / "nt.py").write_text("raise SystemExit('ran')")
    monkeypatch.chdir(tmp_path)
    with start_sandbox(rows=5) as sandbox:
        assert read(sandbox, "/wallet/transactions?limit=1")["total"] == 5
