"""`billtop sandbox`: the first line says where, and a signal ends it."""

import json
import signal
from pathlib import Path
from urllib.parse import urlsplit

from tests.cli.conftest import SECONDS, Billtop


def test_the_first_line_is_where_it_answers(nobody: Billtop) -> None:
    with nobody.launch("sandbox", "--rows", "20", "--seed", "3") as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        account = {"BILLTOP_BASE_URL": told["modelslab"]["base_url"], "BILLTOP_TOKEN": told["modelslab"]["token"]}
        assert told["stripe"]["base_url"].startswith("http://127.0.0.1:")
        assert nobody.run("transactions", "--json", **account).json["count"] == 20

        port = str(urlsplit(account["BILLTOP_BASE_URL"]).port)
        taken = nobody.run("sandbox", "--rows", "20", "--port", port)
        assert taken.code == 2
        assert "in use" in taken.err

        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


def test_a_state_file_that_is_none(nobody: Billtop, tmp_path: Path) -> None:
    state = tmp_path / "letter.txt"
    state.write_text("Dear Ada,\n" * 1000)
    ran = nobody.run("sandbox", "--state", str(state))
    assert (ran.code, ran.out) == (2, "")
    assert "--state" in ran.err
    assert state.read_text().startswith("Dear Ada")
