"""Tokens in keyrings that work, hang, refuse, pretend, or keep plain text: the real package, in real processes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

TOKEN = "1|sEcReTtOkEnsEcReTtOkEn"
MINE = "tests.unit.keyrings"

SCRIPT = """
import sys, threading
from tui.config.secrets import Keeper, forget_token, keep_token, read_token
from tui.config.unavailable import SecretUnavailable
from tui.domain import SafeText
token = sys.stdin.read()
try:
    for step in sys.argv[1:]:
        if step == "keep": print(keep_token(Keeper.KEYRING, "abc", token))
        if step == "read": print(read_token(Keeper.KEYRING, "abc") == token)
        if step == "forget": print(forget_token(Keeper.KEYRING, "abc"))
except SecretUnavailable as problem:
    assert SafeText(problem) == str(problem)
    print("refused:", problem)
if "outlast" in sys.argv:
    for thread in threading.enumerate():
        if thread.name == "keyring": thread.join()
"""


def tried(backend: str, tmp_path: Path, *steps: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, *steps],
        input=TOKEN,
        env={**os.environ, "PYTHON_KEYRING_BACKEND": backend, "TEST_KEYRING": str(tmp_path / "ring.json")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    assert TOKEN not in ran.stdout
    return ran.stdout


def test_a_keyring_that_works(tmp_path: Path) -> None:
    told = tried(f"{MINE}.Working", tmp_path, "keep", "read", "forget", "forget", "read")
    where, read, *gone, refused = told.splitlines()
    assert where.startswith("in the keyring (")
    assert read == "True"
    assert gone == ["None", "None"]
    assert "Log in again" in refused
    assert json.loads((tmp_path / "ring.json").read_text()) == {}


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        ("keyring.backends.null.Keyring", "keeps nothing"),
        ("keyring.backends.fail.Keyring", "no keyring is running"),
        ("nonsense.Keyring", "No module named"),
        (f"{MINE}.PlaintextKeyring", "plain text"),
        (f"{MINE}.Dismissed", "Prompt dismissed"),
    ],
)
@pytest.mark.parametrize("step", ["keep", "read"])
def test_keyrings_that_are_no_place_for_a_token(backend: str, why: str, step: str, tmp_path: Path) -> None:
    told = tried(backend, tmp_path, step)
    assert told.startswith("refused: ")
    assert why in told
    assert not (tmp_path / "ring.json").exists()


@pytest.mark.parametrize("step", ["keep", "read", "forget"])
def test_a_keyring_that_never_answers_is_given_three_seconds(step: str, tmp_path: Path) -> None:
    began = monotonic()
    assert "did not answer within 3 s" in tried(f"{MINE}.Hanging", tmp_path, step)
    assert monotonic() - began >= 3


def test_a_token_kept_too_late_is_taken_back(tmp_path: Path) -> None:
    assert "did not answer" in tried(f"{MINE}.Late", tmp_path, "keep", "outlast")
    assert json.loads((tmp_path / "ring.json").read_text()) == {}
