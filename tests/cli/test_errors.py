"""How commands fail: exit codes, words, and the error document."""

import subprocess
import sys
from typing import Any

import pytest

from tests.cli.conftest import Billtop, account_of
from tui.cli import main
from tui.sandbox.harness import RunningSandbox

FIELDS = ["kind", "message", "code", "request_id", "retry_after"]
FAULTS: list[tuple[dict[str, Any], int, str]] = [
    ({"status": 401, "body": {"message": "Unauthenticated."}}, 3, "not_authenticated"),
    ({"status": 403, "body": {"message": "No."}}, 3, "not_allowed"),
    ({"status": 429, "body": {"message": "Too Many Attempts."}, "headers": {"Retry-After": "60"}}, 4, "rate_limited"),
    ({"status": 404, "body": {"message": "Gone."}}, 5, "not_found"),
    ({"status": 402, "body": {"error": {"code": "payment_declined", "message": "Declined."}}}, 6, "declined"),
    ({"status": 422, "body": {"error": {"code": "validation_error", "message": "Wrong."}}}, 1, "invalid"),
    ({"status": 200, "body": "<html>hotel network</html>"}, 1, "protocol"),
    ({"drop": True, "times": None}, 10, "network"),
]


@pytest.mark.parametrize(("fault", "code", "kind"), FAULTS, ids=[kind for _, _, kind in FAULTS])
def test_every_fault_has_its_exit_code(
    billtop: Billtop, sandbox: RunningSandbox, fault: dict[str, Any], code: int, kind: str
) -> None:
    sandbox.fault("/billing/invoices", **{"times": 2, **fault})
    ran = billtop.run("invoices", "--json")
    assert ran.code == code
    assert list(ran.json) == ["error"]
    assert list(ran.json["error"]) == FIELDS
    assert ran.json["error"]["kind"] == kind
    assert ran.err == ""

    told = billtop.run("invoices")
    assert told.code == code
    assert told.out == ""
    assert told.err.startswith("billtop: ")
    assert len(told.err.splitlines()) >= 2, "what to do now is told too"
    assert "Traceback" not in told.err


def test_the_wait_and_the_request_are_told(billtop: Billtop, sandbox: RunningSandbox) -> None:
    body = {"error": {"code": "rate_limited", "message": "Slow down."}, "meta": {"request_id": "req-77"}}
    sandbox.fault("/billing/invoices", times=2, status=429, body=body, headers={"Retry-After": "60"})
    error = billtop.run("invoices", "--json").json["error"]
    assert (error["code"], error["request_id"], error["retry_after"]) == ("rate_limited", "req-77", 60)
    told = billtop.run("invoices").err
    assert "60 s" in told
    assert "req-77" in told


def test_a_wrong_token(billtop: Billtop) -> None:
    secret = "1|thisIsNotTheTokenOfAnybody"
    ran = billtop.run("overview", BILLTOP_TOKEN=secret)
    assert ran.code == 3
    assert secret not in ran.out + ran.err
    assert "token" in ran.err


def test_an_unknown_invoice(billtop: Billtop) -> None:
    assert billtop.run("invoice", "in_nobody").code == 5
    refused = billtop.run("invoice", "../balance")
    assert refused.code == 2
    assert "id" in refused.err


def test_nobody_answers(billtop: Billtop) -> None:
    ran = billtop.run("balance", "--json", BILLTOP_BASE_URL="http://127.0.0.1:9/api")
    assert ran.code == 10
    assert ran.json["error"]["kind"] == "network"


def test_no_account(nobody: Billtop) -> None:
    ran = nobody.run("overview")
    assert ran.code == 2
    assert "BILLTOP_TOKEN" in ran.err
    assert "billtop demo" in ran.err
    assert nobody.run("overview", "--json").json["error"]["kind"] == "configuration"


@pytest.mark.parametrize(
    "environ",
    [
        {"BILLTOP_PROVIDER": "nobody"},
        {"BILLTOP_BASE_URL": "http://example.com/api"},
        {"BILLTOP_BASE_URL": "not a url"},
        {"BILLTOP_TOKEN": ""},
        {"HTTPS_PROXY": "nonsense://proxy", "BILLTOP_BASE_URL": "https://billing.invalid/api"},
    ],
    ids=lambda environ: next(iter(environ)),
)
def test_a_wrong_environment_is_named(billtop: Billtop, environ: dict[str, str]) -> None:
    ran = billtop.run("balance", **environ)
    assert ran.code == 2
    assert next(iter(environ)) in ran.err
    assert "Traceback" not in ran.err


def test_a_wrong_command_line(billtop: Billtop) -> None:
    ran = billtop.run("nonsense")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("billtop: ")


@pytest.mark.parametrize("arguments", [[], ["demo"]], ids=["dashboard", "demo"])
def test_the_dashboard_needs_a_terminal(billtop: Billtop, arguments: list[str]) -> None:
    ran = billtop.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "terminal" in ran.err


def test_paying_is_refused_when_read_only(billtop: Billtop, sandbox: RunningSandbox) -> None:
    before = len(sandbox.checkouts())
    for arguments in (["--read-only", "pay", "25"], ["pay", "25", "--read-only"]):
        ran = billtop.run(*arguments)
        assert ran.code == 2
        assert "--read-only" in ran.err
    assert len(sandbox.checkouts()) == before


def test_a_reader_that_went_away_is_no_traceback(sandbox: RunningSandbox, billtop: Billtop) -> None:
    with billtop.start("transactions", "--limit", "400") as process:
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 1


def test_a_closed_stdout_fails_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdout", None)  # what Python makes of `>&-`
    try:
        assert main(["themes", "--json"]) == 0
    finally:
        if sys.stdout is not None:
            sys.stdout.close()
    assert capsys.readouterr().err == ""


def test_help_and_version_need_no_account(nobody: Billtop) -> None:
    assert nobody.run("--version").out == "billtop 0.1.0\n"
    helped = nobody.run("--help")
    assert helped.code == 0
    assert "pay" in helped.out
    assert nobody.run("pay", "--help").code == 0


def test_no_token_in_any_output(billtop: Billtop, sandbox: RunningSandbox) -> None:
    token = account_of(sandbox)["BILLTOP_TOKEN"]
    for command in ("overview", "transactions", "checkouts"):
        for ran in (billtop.run(command), billtop.run(command, "--json")):
            assert token not in ran.out + ran.err


def test_a_missing_extra_is_told_with_what_installs_it(nobody: Billtop) -> None:
    hide = "import sys; sys.modules['fastapi'] = None; from tui.cli import main; sys.exit(main(['sandbox']))"
    ran = subprocess.run([sys.executable, "-c", hide], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 2
    assert "pip install 'billtop[demo]'" in ran.stderr
