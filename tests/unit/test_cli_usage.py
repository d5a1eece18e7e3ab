"""Command lines that cannot be carried out, and what is made of those that can."""

import json
from decimal import Decimal

import pytest

from tui.cli import main
from tui.cli.exit import UsageError
from tui.cli.parser import parse


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["fund", "25"],
        ["overview", "--jsn"],
        ["transactions", "--limit", "0"],
        ["transactions", "--query", "colour:red"],
        ["invoice", "../balance"],
        ["pay"],
        ["pay", "ten"],
        ["pay", "10.005"],
        ["pay", "-5"],
        ["pay", "25", "--wait", "nan"],
        ["pay", "25", "--wait", "5", "--no-wait"],
        ["pay", "25", "--read-only"],
        ["demo", "--rows", "1000001"],
        ["overview", "--account", "somebody-else"],
    ],
    ids=" ".join,
)
def test_refused(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("BILLTOP_TOKEN", "token")
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("billtop: ")
    assert main(["--json", *arguments]) == 2
    told = capsys.readouterr()
    assert json.loads(told.out)["error"]["kind"] == "usage"
    assert told.err == ""


@pytest.mark.parametrize(
    ("arguments", "words", "where"),
    [
        (["overview", "--jsn"], "--jsn", "billtop overview"),
        (["accounts", "edit", "work", "--lo", "3"], "unknown option --lo\n", "billtop accounts edit"),
        (["--jsn"], "--jsn", "billtop"),
        (["accounts", "add"], "required: NAME\n", "billtop accounts add"),
        (["blance"], "unknown command. Did you mean balance?\n", "billtop"),
        (["accounts", "tset"], "unknown action. Did you mean test?\n", "billtop accounts"),
        (["balance", "one", "two"], "2 arguments too many\n", "billtop balance"),
        (["export", "--format", "cvs"], "must be one of: csv, jsonl, hledger, beancount\n", "billtop export"),
        (["balance", "--json=yes"], "--json: takes no value\n", "billtop balance"),
        (["demo", "--seed", "one"], "--seed: must be a whole number\n", "billtop demo"),
        (["top-up", "abc"], "a whole number of credits, for example 10000", "billtop top-up"),
        (["top-up", "12.50"], "a whole number of credits, for example 10000", "billtop top-up"),
    ],
)
def test_a_wrong_argument_leads_to_the_help_of_its_command(arguments: list[str], words: str, where: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(arguments)
    assert words in str(refused.value)
    assert str(refused.value).endswith(f"Try: {where} --help")


@pytest.mark.parametrize(
    "arguments", [["--json", "--account", "work", "cards"], ["cards", "--account", "work", "--json"]]
)
def test_options_of_all_stand_before_or_after_the_command(arguments: list[str]) -> None:
    options = parse(arguments)
    assert (options.command, options.account, options.json, options.read_only) == ("cards", "work", True, False)


def test_an_amount_is_exact() -> None:
    assert parse(["pay", "25.10"]).amount == Decimal("25.10")
    assert parse(["pay", "--plan", "10"]).amount is None
    with pytest.raises(UsageError, match="two decimals"):
        parse(["pay", "0.001"])
