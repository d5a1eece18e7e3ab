"""What is pasted presses no key, whatever is in it; what is typed arrives in pieces of any size."""

from typing import TypeGuard

import pytest
from textual.events import Key, Paste
from textual.message import Message

from tui.terminal.pastes import LONGEST
from tui.terminal.typed import Typed

START, END = "\x1b[200~", "\x1b[201~"
HOSTILE = "a\x1b[f25\r\x1b\x1bq\x1b]52;c;eA==\x07\x1b]0;title\x07\x9b2J[red]\x1b[200~\x00\u202eb"


def told(sent: bytes, size: int) -> list[str]:
    """The keys and the pastes that come of `sent`, read in pieces of `size`."""
    typed = Typed()
    messages = [each for at in range(0, len(sent), size) for each in typed.messages(sent[at : at + size])]
    return [each.key if isinstance(each, Key) else f"pasted: {each.text}" for each in messages if is_typed(each)]


def is_typed(message: Message) -> TypeGuard[Key | Paste]:
    return isinstance(message, Key | Paste)


@pytest.mark.parametrize("size", [1, 2, 5, 7, 4096])
def test_escapes_in_a_paste_are_text_and_keys_around_it_are_keys(size: int) -> None:
    before, first, second, after = told(f"x{START}{HOSTILE}{END}{START}two\nlines{END}\r".encode(), size)
    assert (before, after) == ("x", "enter")
    assert first.startswith("pasted: a")
    assert first.endswith("b")
    assert "[red]" in first
    assert first.isprintable()
    assert second == "pasted: two lines"


def test_of_an_endless_paste_the_beginning_is_kept_and_its_end_is_found() -> None:
    pasted, key = told((START + "x\x1b" * 400_000 + END + "q").encode(), 4096)
    assert len(pasted) == len("pasted: ") + LONGEST
    assert key == "q"


def test_half_a_character_waits_for_the_other_half() -> None:
    assert told("éüq".encode(), 1) == ["é", "ü", "q"]


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b[97;1:3uq", ["a", "q"]),
        ("\x1b[97:65;1:1uq", ["a", "q"]),
        ("\x1b[97;5:1uq", ["ctrl+a", "q"]),
        ("\x1b[13uq", ["enter", "q"]),
        ("\x1b[97;1;97uq", ["a", "q"]),
    ],
)
def test_a_key_report_of_the_kitty_protocol_is_its_key(sent: str, keys: list[str]) -> None:
    assert told(sent.encode(), 4096) == keys


@pytest.mark.parametrize(
    "sent", ["\x1b[1114112u", "\x1b[97;99999u", "\x1b[;u", "\x1b[9" + "9" * 5000 + "u", "\x1b[97;:u"]
)
def test_what_cannot_be_a_key_ends_nothing(sent: str) -> None:
    typed = Typed()
    list(typed.messages(sent.encode()))
    assert [each.key for each in typed.messages(b"q") if isinstance(each, Key)] == ["q"]
