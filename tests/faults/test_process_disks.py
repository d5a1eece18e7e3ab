"""Rows P3 to P6: disks that are full or read-only, journals that are damaged or newer."""

import json
import os
import re
import shlex
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import FixedClock
from tests.faults.conftest import Record
from tests.faults.disks import (
    as_nobody,
    needs_mounts,
    needs_setpriv,
    on_full_disk,
    on_read_only_disk,
    with_small_files,
)
from tests.faults.window import BILLTOP, needs_linux
from tests.faults.windows import OpenWindow, ended, environ, open_window, sandbox, shown
from tests.payments.scripted import ScriptedProvider, session
from tui.config.locations import data_directory, journal_file, ledger_file
from tui.domain import LinkRequest, PaymentLink
from tui.payments.checkouts.journal import CheckoutJournal
from tui.payments.checkouts.links import open_checkout
from tui.sandbox.harness import RunningSandbox
from tui.storage.database import JournalError

__all__ = ["environ", "open_window", "sandbox"]  # fixtures

pytestmark = needs_linux
row = pytest.mark.row
Before = Callable[[], list[str]]
MAKE_JOURNAL = f"{shlex.join(BILLTOP)} checkouts >/dev/null"


def data_is_a_file() -> list[str]:
    """The data folder below something that is no folder."""
    data_directory().parent.mkdir(parents=True)
    data_directory().write_text("")
    return []


def full() -> list[str]:
    return on_full_disk(data_directory())


def full_later() -> list[str]:
    return on_full_disk(data_directory(), first=MAKE_JOURNAL)


def read_only() -> list[str]:
    CheckoutJournal(journal_file()).close()
    return on_read_only_disk(data_directory())


DISKS = [
    pytest.param(full, marks=[row("P3", injected="the disk is full from the start"), needs_mounts]),
    pytest.param(full_later, marks=[row("P3", injected="the disk is full, the journal was there"), needs_mounts]),
    pytest.param(lambda: with_small_files(4), marks=row("P3", injected="no file may grow beyond 4 kB")),
    pytest.param(read_only, marks=[row("P4", injected="the disk is read-only"), needs_mounts]),
    pytest.param(as_nobody, marks=[row("P4", injected="the data folder is somebody else's"), needs_setpriv]),
    pytest.param(data_is_a_file, marks=row("P4", injected="a file where the data folder should be")),
]


def run(
    environ: dict[str, str], *arguments: str, before: list[str] | None = None
) -> "subprocess.CompletedProcess[bytes]":
    command = [*(before or []), *BILLTOP, *arguments]
    done = subprocess.run(
        command, env={**os.environ, **environ}, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60
    )
    assert environ["BILLTOP_TOKEN"].encode() not in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr
    return done


def plain(text: str) -> str:
    """Words without what depends on the run: folders, times and the width of the screen."""
    text = re.sub(r"/\S*/(payments\.sqlite3\S*|billtop)", r"…/\1", text)
    return re.sub(r"\d{8}T\d{6}Z", "<time>", " ".join(text.split()))


@pytest.mark.parametrize("make", DISKS)
def test_paying_is_refused_before_anything_is_sent_and_reading_works(
    make: Before, open_window: OpenWindow, sandbox: RunningSandbox, environ: dict[str, str], record: Record
) -> None:
    before = make()
    paid = run(environ, "pay", "25", "--no-wait", before=before)
    charged = run(environ, "fund", "25", "--card", "default", "--yes", before=before)
    for refused in (paid, charged):
        assert refused.returncode == 1
        assert b"No payment is begun without it." in refused.stderr
    term = shown(open_window(before=before))
    term.type("f")
    term.wait_for("Add funds")
    term.type("\r")
    term.wait_for("No link was made.")
    term.type("\x1b")
    term.wait_until(lambda: "Add funds to" not in term.text, "the dialog closed")
    term.type("6")
    term.wait_for("payments journal")
    term.type("q")
    assert ended(term) == 0
    assert (sandbox.checkouts(), sandbox.charges()) == ([], [])
    record(f"The account is shown. Paying: {plain(paid.stderr.decode())}", charges=0)


@needs_mounts
def test_transactions_are_told_though_their_copy_cannot_be_kept(environ: dict[str, str]) -> None:
    cache = ledger_file("any").parent
    listed = run(environ, "transactions", "--limit", "3", "--json", before=on_full_disk(cache))
    assert listed.returncode == 0, listed.stderr
    assert len(json.loads(listed.stdout)["items"]) == 3
    assert b"It is read anew for this command alone." in listed.stderr
    kept = run(environ, "transactions", "--limit", "3", "--json", "--no-sync", before=on_full_disk(cache))
    assert kept.returncode == 1


@needs_mounts
@row("P3", injected="the disk fills up at any write of a charge: room for 0 to 160 kB")
def test_a_charge_is_either_refused_or_told(sandbox: RunningSandbox, environ: dict[str, str], record: Record) -> None:
    states = set()
    for room in (0, 32, 48, 60, 64, 72, 160):
        sandbox.reset()
        before = on_full_disk(data_directory(), room=room, first=MAKE_JOURNAL)
        after = f"rm {data_directory()}/filler; {shlex.join(BILLTOP)} intents --json"
        pay = shlex.join([*BILLTOP, "fund", "25", "--card", "default", "--yes", "--json"])
        command = [*before, "sh", "-c", f"{pay}; echo ---; {after}"]
        done = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, check=True, timeout=60)
        told, kept = (json.loads(part) for part in done.stdout.decode().split("---"))
        charges = len(sandbox.charges())
        if "error" in told:
            assert charges == 0, f"charged, and told as refused, with room for {room} kB"
            assert "No payment is begun without it." in told["error"]["message"]
        else:
            assert (charges, told["status"]) == (1, "done")
        left = [each["status"] for each in kept["items"]]
        assert charges == 0 or left in (["done"], ["unknown"]), "the journal says that nothing was charged"
        states.add("charged" if charges else "refused")
    assert states == {"charged", "refused"}
    seen = "Refused before sending, or charged and told; the journal never says less than was charged."
    record(seen, charges="0 or 1")


@row("P3", injected="a journal that may grow no further (max_page_count)")
async def test_no_link_is_asked_for_that_could_not_be_kept(tmp_path: Path, record: Record) -> None:
    provider = ScriptedProvider()
    asked: list[LinkRequest] = []

    class Counting(ScriptedProvider):
        async def create_payment_link(self, request: LinkRequest, idempotency_key: str) -> PaymentLink:
            asked.append(request)
            return await super().create_payment_link(request, idempotency_key)

    with closing(CheckoutJournal(tmp_path / "payments.sqlite3")) as journal:
        # Only the connection that writes can be given this limit.
        journal._file.connection.execute("PRAGMA max_page_count=1")
        with pytest.raises(JournalError, match="No payment is begun without it") as refused:
            await open_checkout(Counting(), journal, FixedClock(), session(provider).request)
    assert asked == []
    record(plain(str(refused.value)), charges=0)


@row("P3", injected="stdout is a disk that is full")
def test_a_result_that_cannot_be_printed_is_said(environ: dict[str, str], record: Record) -> None:
    with Path("/dev/full").open("w") as full_disk:
        done = subprocess.run(
            [*BILLTOP, "overview"],
            env={**os.environ, **environ},
            stdout=full_disk,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    words = done.stderr.decode()
    assert done.returncode == 1
    assert "Traceback" not in words
    assert "space" in words
    record(f"Status 1. {plain(words)}")


# -- damaged and newer journals -----------------------------------------------------------------------------------


def journal_with_sessions() -> Path:
    path = journal_file()
    provider = ScriptedProvider()
    with closing(CheckoutJournal(path)) as journal:
        for number in range(120):
            journal.add(session(provider, f"cs_test_{number}"))
    return path


def bad_header(content: bytes) -> bytes:
    return b"not an SQLite file" + content[18:]


def broken_middle(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[: middle - 6000] + b"\xa5" * 12000 + content[middle + 6000 :]


def truncated(content: bytes) -> bytes:
    return content[: len(content) * 3 // 5]


def emptied_pages(content: bytes) -> bytes:
    return content[:4096] + bytes(len(content) - 4096)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(bad_header, marks=row("P5", injected="a journal with a bad header")),
        pytest.param(broken_middle, marks=row("P5", injected="a journal with a broken middle")),
        pytest.param(truncated, marks=row("P5", injected="a journal that was cut off")),
        pytest.param(emptied_pages, marks=row("P5", injected="a journal of zeros behind its first page")),
    ],
)
def test_a_damaged_journal_is_set_aside_and_said(
    damage: Callable[[bytes], bytes], environ: dict[str, str], record: Record
) -> None:
    path = journal_with_sessions()
    broken = damage(path.read_bytes())
    path.write_bytes(broken)
    paid = run(environ, "pay", "25", "--no-wait", "--json")
    assert paid.returncode == 0
    (kept,) = path.parent.glob("payments.sqlite3.broken-*")
    assert kept.read_bytes() == broken
    listed = json.loads(run(environ, "checkouts", "--json").stdout)
    assert len(listed["items"]) == 1
    words = paid.stderr.decode().splitlines()[0]
    assert "compare the ledger before you pay again" in words
    record(plain(words))


@row("P5", injected="a damaged journal under the dashboard")
def test_the_dashboard_tells_of_a_damaged_journal(open_window: OpenWindow, record: Record) -> None:
    path = journal_with_sessions()
    path.write_bytes(bad_header(path.read_bytes()))
    term = open_window(columns=120, rows=40)
    term.wait_for("$75.50", "Payments journal", "The payments journal was damaged")
    term.type("6")
    term.wait_for("compare the ledger before you pay again.")
    term.type("q")
    assert ended(term) == 0
    assert len(list(path.parent.glob("payments.sqlite3.broken-*"))) == 1
    record("Told in a toast, and in Activity for as long as it runs; the old file is kept beside the new one.")


@row("P6", injected="a journal written by a newer billtop")
def test_a_newer_journal_is_not_touched(
    open_window: OpenWindow, sandbox: RunningSandbox, environ: dict[str, str], record: Record
) -> None:
    path = journal_with_sessions()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version=99")
    before = path.read_bytes()
    refused = run(environ, "pay", "25", "--no-wait")
    assert refused.returncode == 1
    term = shown(open_window())
    term.type("6")
    term.wait_for("newer billtop")
    term.type("q")
    assert ended(term) == 0
    assert path.read_bytes() == before
    assert sandbox.checkouts() == []
    record(plain(refused.stderr.decode()), charges=0)
