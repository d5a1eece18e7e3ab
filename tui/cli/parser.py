"""The command line as it is typed."""

import argparse
import math
import re
from collections.abc import Callable
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from tui import __version__
from tui.cli.exit import UsageError
from tui.cli.options import DEMO_ROWS, Options
from tui.config.accounts import PROVIDERS
from tui.domain import parse_amount
from tui.domain.redaction import is_plain_word, redact

MAX_ROWS = 1_000_000
MAX_SECONDS = 31 * 86_400
MAX_CREDITS = 1_000_000_000
MAX_SEED = 2**63 - 1
EXPORT_FORMATS = ("csv", "jsonl", "hledger", "beancount")
MAX_KEY = 255
"""Characters of an idempotency key (docs.stripe.com/api/idempotent_requests)."""


def parse(arguments: list[str]) -> Options:
    """Read the command line. Raises UsageError; exits for --help and --version."""
    options, unknown = _parser().parse_known_args(arguments, namespace=Options())
    if unknown:
        where = " ".join(filter(None, ("billtop", options.command, options.action)))
        raise UsageError(f"{_unknown(unknown)}\nTry: {where} --help")
    return options


def _unknown(arguments: list[str]) -> str:
    """Name the options nobody knows. Their values, and words in the wrong place, may be secrets: they are counted."""
    names = [name for each in arguments if (name := _option_name(each))]
    if names:
        return f"unknown option{'s' if len(names) > 1 else ''} {', '.join(names)}"
    return f"{len(arguments)} argument{'s' if len(arguments) > 1 else ''} too many"


def _option_name(argument: str) -> str | None:
    """The name of an option without its value; None for what is none, or may hide a secret."""
    name = argument.partition("=")[0]
    if name.startswith("--"):
        return name if is_plain_word(name[2:]) else None
    return name[:2] if len(name) > 1 and name[0] == "-" and name[1].isalpha() else None


class _Parser(argparse.ArgumentParser):
    """argparse that raises instead of printing, so that --json applies to usage errors too.

    Its own messages quote what was typed; these do not.
    """

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{_without_quotes(message)}\nTry: {self.prog} --help")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Refuse what is none of an argument's choices; for a misspelt command the nearest one is named."""
        if action.choices is None or value in action.choices:
            return
        choices = [str(each) for each in action.choices]
        if not isinstance(action, argparse._SubParsersAction):
            raise argparse.ArgumentError(action, f"must be one of: {', '.join(choices)}")
        near = get_close_matches(str(value), choices, n=1) if is_plain_word(str(value)) else []
        hint = f". Did you mean {near[0]}?" if near else ""
        raise argparse.ArgumentError(None, f"unknown {str(action.metavar).lower()}{hint}")


def _without_quotes(message: str) -> str:
    """A message of argparse's without the text it quotes, and without saying that something is quoted."""
    bare = re.sub(r""":? ?('([^'\\]|\\.)*'|"([^"\\]|\\.)*")""", "", message, flags=re.DOTALL)
    return bare.replace("ignored explicit argument", "takes no value")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="billtop",
        description="A terminal dashboard for billing. Without a command it opens the dashboard.",
        epilog="Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 not allowed, 4 rate limited, 5 not found, "
        "6 payment declined or failed, 7 pending or expired, 8 outcome unknown, 10 network.",
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
        parents=[_common()],
    )
    parser.add_argument("--version", action="version", version=f"billtop {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    _add_servers(commands)
    _add_readers(commands)
    _add_payments(commands)
    _add_accounts(commands)
    _add_helpers(commands)
    return parser


def _common() -> _Parser:
    """Options every command takes, before or after its name."""
    common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--account", metavar="NAME", help="use this account")
    common.add_argument("--json", action="store_true", help="print the result as one JSON document")
    common.add_argument("--read-only", action="store_true", help="refuse everything that pays or changes the account")
    common.add_argument("--no-color", action="store_true", help="write no colours")
    return common


def _add(commands: "argparse._SubParsersAction[_Parser]", name: str, words: str) -> _Parser:
    return commands.add_parser(
        name,
        help=words,
        description=f"{words[0].upper()}{words[1:]}.",
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
        parents=[_common()],
    )


def _add_servers(commands: "argparse._SubParsersAction[_Parser]") -> None:
    demo = _add(commands, "demo", "open the dashboard on a built-in sandbox; nothing to configure, no real money")
    sandbox = _add(commands, "sandbox", "serve the sandbox alone; its first line on stdout says where, as JSON")
    for command in (demo, sandbox):
        command.add_argument(
            "--rows", type=_whole(0, MAX_ROWS), metavar="N", help=f"transactions to make up (default {DEMO_ROWS})"
        )
        command.add_argument(
            "--seed",
            type=_whole(-MAX_SEED, MAX_SEED),
            metavar="N",
            help="the same seed makes the same account (default 1)",
        )
    sandbox.add_argument("--port", type=_whole(0, 65535), metavar="P", help="port on 127.0.0.1 (default: any free one)")
    sandbox.add_argument("--state", type=Path, metavar="FILE", help="keep the account in this file")
    sandbox.add_argument("--latency", type=_whole(0, 600_000), metavar="MS", help="answer this much later (default 0)")


def _add_readers(commands: "argparse._SubParsersAction[_Parser]") -> None:
    _add(commands, "overview", "show balance, subscriptions and cards")
    _add(commands, "balance", "show what is left")
    ledger = _add(commands, "transactions", "list transactions, newest first, with the sums of those listed")
    ledger.add_argument("--query", metavar="Q", help="only those that match, for example 'type:debit status:failed'")
    ledger.add_argument("--limit", type=_whole(1, MAX_ROWS), metavar="N", help="list at most N (default 50)")
    ledger.add_argument("--no-sync", action="store_true", help="do not ask the provider: list what was read before")
    export = _add(commands, "export", "write transactions as a file for spreadsheets, programs or bookkeeping")
    export.add_argument("--format", choices=EXPORT_FORMATS, required=True, help="what to write")
    export.add_argument("--query", metavar="Q", help="only those that match, for example 'month:2026-03 usecase:image'")
    export.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write it there, whole or not at all; a file of that name is replaced; without it, or with -, to stdout",
    )
    export.add_argument("--no-sync", action="store_true", help="do not ask the provider: write what was read before")
    _add(commands, "plans", "list what can be bought")
    _add(commands, "subscriptions", "list what is subscribed to")
    _add(commands, "invoices", "list invoices")
    invoice = _add(commands, "invoice", "show one invoice and where it can be seen")
    invoice.add_argument("invoice_id", metavar="ID")
    invoice.add_argument(
        "--pdf", type=Path, metavar="FILE|DIR", help="save its PDF there; a file of that name is replaced"
    )
    _add(commands, "orders", "list orders")
    order = _add(commands, "order", "show one order")
    order.add_argument("order_id", metavar="ID")
    _add(commands, "cards", "list the cards on file")
    _add(commands, "lots", "list credits lot by lot, with their expiry")


def _add_payments(commands: "argparse._SubParsersAction[_Parser]") -> None:
    pay = _add(commands, "pay", "make a payment link, show it as a QR code, and wait until it is paid")
    pay.add_argument("amount", type=_amount, nargs="?", default=None, metavar="AMOUNT", help="for example 25 or 12.50")
    pay.add_argument("--plan", dest="plan_id", metavar="ID", help="subscribe to this plan; AMOUNT may be left out")
    pay.add_argument("--channel", metavar="NAME", help="pay through this processor, for example stripe or creem")
    waiting = pay.add_mutually_exclusive_group()
    waiting.add_argument("--wait", type=_seconds, metavar="SECONDS", help="stop waiting then (default: its expiry)")
    waiting.add_argument("--no-wait", action="store_true", help="print the link and end")
    _add_charges(commands)
    _add(commands, "portal", "make a link to the page where subscriptions are managed")
    _add(commands, "check-in", "get today's free credits, where the provider gives some once a day")
    checkouts = _add(commands, "checkouts", "list the payment links made here")
    what = checkouts.add_mutually_exclusive_group()
    what.add_argument("--resume", action="store_true", help="wait until none of them is open")
    what.add_argument("--set-aside", metavar="ID", help="dismiss one: it is no longer checked, and stays listed")
    checkouts.add_argument("--yes", action="store_true", help="do not ask before --set-aside")


def _add_accounts(commands: "argparse._SubParsersAction[_Parser]") -> None:
    login = _add(commands, "login", "store an account: ask for its access token, try it, keep it in the keyring")
    _add_login(login)
    logout = _add(commands, "logout", "remove an account's token from this machine")
    logout.add_argument("--revoke", action="store_true", help="make it worthless first, where the provider can")
    accounts = _add(commands, "accounts", "list stored accounts; add, edit, remove and test them")
    actions = accounts.add_subparsers(dest="action", metavar="ACTION", parser_class=_Parser)
    _add(actions, "list", "list all accounts (the default)")
    add = _add(actions, "add", "log in to a new account and store it")
    add.add_argument("name", metavar="NAME", help="what to call it, for example work")
    _add_login(add)
    edit = _add(actions, "edit", "change an account's name and settings; its provider and address stay")
    edit.add_argument("name", metavar="NAME")
    edit.add_argument("--rename", metavar="NEW", help="call it NEW")
    edit.add_argument("--current", action="store_true", help="use it where no account is named")
    for command in (add, edit):
        command.add_argument("--theme", metavar="THEME", help="show it in this theme of `billtop themes`, or none")
        command.add_argument("--low-balance", metavar="X", help="warn when less than X is left, or none")
        command.add_argument("--payments", choices=("allowed", "refused"), help="refuse everything that pays, or not")
        command.add_argument("--currency", metavar="CUR", help="what prices are in where no answer says it, or none")
    remove = _add(actions, "remove", "remove an account and its token from this machine")
    remove.add_argument("name", metavar="NAME")
    remove.add_argument("--yes", action="store_true", help="do not ask")
    test = _add(actions, "test", "read the balance of an account, or of all, to see whether its token works")
    test.add_argument("name", metavar="NAME", nargs="?")


def _add_helpers(commands: "argparse._SubParsersAction[_Parser]") -> None:
    doctor = _add(commands, "doctor", "look at what could keep billtop from working here, and say what to do")
    doctor.add_argument("--offline", action="store_true", help="ask no provider")
    doctor.add_argument(
        "--contract", action="store_true", help="also read every endpoint once, and say which answers have changed"
    )
    _add(commands, "themes", "list the themes, and what is wrong with those that cannot be used")
    _add(commands, "keys", "list every key of the dashboard")


def _add_login(login: _Parser) -> None:
    login.add_argument("--provider", metavar="NAME", help=f"{', '.join(PROVIDERS)} (default: modelslab)")
    login.add_argument("--base-url", metavar="URL", help="only when it is not the provider's own address")
    login.add_argument("--stripe-base-url", metavar="URL", help="where cards are tokenized, for a sandbox")
    login.add_argument("--token-stdin", action="store_true", help="read the token from standard input")
    login.add_argument("--email", metavar="EMAIL", help="log in with this email, where the provider has such logins")
    login.add_argument("--password-stdin", action="store_true", help="read its password from standard input")
    login.add_argument(
        "--store", choices=("keyring", "file"), help="where to keep the token (default: keyring, then asks for a file)"
    )
    # A token among the arguments is refused in words that do not repeat it.
    login.add_argument("misplaced", nargs="*", default=None, help=argparse.SUPPRESS)
    login.add_argument("--token", dest="token_argument", nargs="?", const="", help=argparse.SUPPRESS)


def _add_charges(commands: "argparse._SubParsersAction[_Parser]") -> None:
    fund = _add(commands, "fund", "charge a saved card and add the amount to the wallet")
    fund.add_argument("amount", type=_amount, metavar="AMOUNT", help="for example 25 or 12.50")
    fund.add_argument(
        "--card", dest="card_id", type=_card, required=True, metavar="ID", help="a card of `billtop cards`, or default"
    )
    fund.add_argument(
        "--idempotency-key", type=_key, metavar="K", help="your own name of this payment: given again, it is paid once"
    )
    fund.add_argument("--yes", action="store_true", help="do not ask before charging")
    top_up = _add(commands, "top-up", "buy credits with the card on file, in one of the provider's sizes")
    top_up.add_argument("credits", type=_credits, metavar="CREDITS", help="for example 10000")
    top_up.add_argument("--yes", action="store_true", help="do not ask before buying")
    ensure = _add(commands, "ensure-funded", "top up the wallet when less is left than needed; otherwise do nothing")
    ensure.add_argument("--min", dest="minimum", type=_amount, required=True, metavar="X", help="what must be left")
    ensure.add_argument("--top-up", type=_amount, required=True, metavar="Y", help="what to add when less is left")
    way = ensure.add_mutually_exclusive_group()
    way.add_argument(
        "--card", dest="card_id", type=_card, metavar="ID", help="charge this card of `billtop cards`, or default"
    )
    way.add_argument("--link", action="store_true", help="make a payment link and wait until it is paid")
    ensure.epilog = "One of --card and --link is needed, but where credits are bought in lots: there neither has a use."
    ensure.add_argument("--yes", action="store_true", help="do not ask before charging")
    intents = _add(commands, "intents", "list the charges begun here, and what can be done about each")
    doing = intents.add_mutually_exclusive_group()
    doing.add_argument("--check", metavar="ID", help="find out by reading what became of it")
    doing.add_argument("--repeat", metavar="ID", help="send it again with its key: it is charged once at most")
    doing.add_argument("--set-aside", metavar="ID", help="dismiss one: it no longer blocks the same payment")
    intents.add_argument("--yes", action="store_true", help="do not ask before --repeat and --set-aside")


def _amount(text: str) -> Decimal:
    try:
        return parse_amount(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _credits(text: str) -> Decimal:
    """Credits are sold in whole numbers."""
    try:
        number = parse_amount(text)
    except ValueError:
        number = Decimal("NaN")
    if not number.is_finite() or number != number.to_integral_value() or number > MAX_CREDITS:
        raise argparse.ArgumentTypeError("must be a whole number of credits, for example 10000")
    return number


def _key(text: str) -> str:
    if not (text.isascii() and text.isprintable() and " " not in text and 0 < len(text) <= MAX_KEY):
        raise argparse.ArgumentTypeError(f"must be 1 to {MAX_KEY} visible ASCII characters without spaces")
    return _no_secret(text)


def _card(text: str) -> str:
    """A card's id: its number would stay in the shell's history, and in lists of processes, for everybody to read."""
    if sum(each.isdigit() for each in text) >= 12 and not text.strip("0123456789 -"):
        raise argparse.ArgumentTypeError("takes a card's id from `billtop cards`; never give a card number here")
    return _no_secret(text)


def _no_secret(text: str) -> str:
    if redact(text) != text:
        raise argparse.ArgumentTypeError("this looks like a token or card number, which is never given here")
    return text


def _whole(low: int, high: int) -> Callable[[str], int]:
    """A type of argument: a whole number from `low` to `high`."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError("must be a whole number") from None
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"must be from {low} to {high}")
        return number

    return read


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= MAX_SECONDS:
        raise argparse.ArgumentTypeError(f"must be a number of seconds from 0 to {MAX_SECONDS:,}")
    return seconds
