"""The log tells what went wrong, to its owner alone, and holds no value that could be a secret."""

import logging
import resource
import stat
from pathlib import Path

import pytest

from tests.conftest import FixedClock
from tests.contract.raw_server import answer, raw_server
from tui.cli.explain import explain
from tui.config.accounts import ConfigurationError, make_account
from tui.config.locations import log_file
from tui.config.logs import BACKUPS, MAX_BYTES, log_to
from tui.providers.base import HasBalance, having
from tui.providers.connect import connect

TOKEN = "1|sEcReTtOkEnsEcReTtOkEn"
CARD = "4242 4242 4242 4242"
LOG = logging.getLogger("tui.somewhere")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "billtop.log"


def test_nothing_to_tell_makes_no_file(path: Path) -> None:
    with log_to(path, {}):
        LOG.info("all is well")
    assert not path.parent.exists()


def test_a_warning_is_one_private_line(path: Path) -> None:
    with log_to(path, {}):
        LOG.warning("paid with %s by Bearer %s", CARD, TOKEN)
    text = path.read_text()
    assert text.endswith("Z WARNING " + text.partition("WARNING ")[2])
    assert "tui.somewhere: paid with [hidden] by Bearer [hidden]\n" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_text_can_pass_as_a_record_or_steer_the_terminal_that_shows_the_log(path: Path) -> None:
    with log_to(path, {}):
        LOG.warning("first\n2026-11-20 00:00:00,000Z WARNING 1 tui: forged \x1b]52;c;eA==\x07\x9b2J")
    first, second = path.read_text().splitlines()
    assert first.endswith("first")
    assert second.startswith("    2026-11-20")
    assert not {"\x1b", "\x07", "\x9b"} & set(path.read_text())


def fail(token: str) -> None:
    try:
        raise ValueError("cannot use " + token)
    except ValueError as error:
        raise ExceptionGroup("of " + token, [error, KeyError(token)]) from error


def test_a_traceback_names_places_and_types_but_no_values(path: Path) -> None:
    # pytest's own handler has written the record down already, as another library's may have.
    with log_to(path, {}):
        try:
            fail("hunter2")
        except ExceptionGroup:
            LOG.exception("Reading failed.")
    text = path.read_text().replace('fail("hunter2")', "the source line")
    assert "test_logs.py" in text
    assert "in fail" in text
    assert all(name in text for name in ("builtins.ValueError", "builtins.ExceptionGroup", "builtins.KeyError"))
    assert "hunter2" not in text


async def test_what_http_libraries_tell_at_debug_holds_no_token_and_no_query(path: Path, clock: FixedClock) -> None:
    with log_to(path, {"BILLTOP_LOG": "debug"}):
        async with raw_server(answer(b'{"data": {"valid": true}}')) as server:
            account = make_account(name="a", provider="modelslab", base_url=server.url, token=TOKEN)
            provider = connect(account, clock)
            logging.getLogger("httpx").info("GET %s/coupons?code=SUMMER", server.url)
            try:
                await having(provider, HasBalance).balance()
            except Exception as error:
                LOG.info("refused", exc_info=error)
            await provider.aclose()
        assert server.heads
    text = path.read_text()
    assert "127.0.0.1" in text
    assert TOKEN not in text
    assert "SUMMER" not in text


@pytest.mark.parametrize(("word", "kept"), [("", ["w"]), ("info", ["i", "w"]), ("DEBUG", ["d", "i", "w"])])
def test_levels(path: Path, word: str, kept: list[str]) -> None:
    with log_to(path, {"BILLTOP_LOG": word}):
        LOG.debug("d")
        LOG.info("i")
        LOG.warning("w")
    assert [line.rpartition(" ")[2] for line in path.read_text().splitlines()] == kept


def test_an_unknown_level_is_refused(path: Path) -> None:
    with pytest.raises(ConfigurationError, match="BILLTOP_LOG"), log_to(path, {"BILLTOP_LOG": "loud"}):
        pass


def test_the_file_does_not_grow_for_ever(path: Path) -> None:
    with log_to(path, {}):
        for _ in range((BACKUPS + 2) * 2):
            LOG.warning("x " * 1000 + "\n" + ("y" * 1900 + "\n") * (MAX_BYTES // 4000))
    files = sorted(path.parent.iterdir())
    assert len(files) == BACKUPS + 1
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert all(file.stat().st_size <= MAX_BYTES for file in files)


def test_a_link_in_its_place_is_not_written_through_and_nothing_reaches_the_screen(
    path: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    path.parent.mkdir()
    path.symlink_to(victim)
    with log_to(path, {}):
        LOG.warning("something")
    assert victim.read_text() == "precious"
    assert capfd.readouterr() == ("", "")


def test_a_log_that_cannot_be_written_disturbs_nobody(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with log_to(tmp_path / "state" / "billtop.log", {}):
        LOG.warning("something")
    assert capfd.readouterr() == ("", "")


def test_a_full_disk_under_the_log_does_not_turn_what_was_done_into_a_failure(
    path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with log_to(path, {}):
            LOG.warning("something")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_text() == ""
    assert capfd.readouterr() == ("", "")


def test_a_command_that_ends_by_a_fault_says_where_more_is_and_nothing_of_the_values(tmp_path: Path) -> None:
    with log_to(log_file(), {}):
        failure = explain(RuntimeError(TOKEN))
    assert TOKEN not in failure.message
    assert str(log_file()) in str(failure.advice)
    assert "builtins.RuntimeError" in log_file().read_text()
    assert TOKEN not in log_file().read_text()
