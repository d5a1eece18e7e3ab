"""Where `billtop invoice --pdf` puts a file, and what it leaves alone."""

import stat
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Billtop
from tui.storage.files import safe_name


@pytest.fixture
def invoice(billtop: Billtop) -> Any:
    """An invoice with a PDF."""
    return next(each for each in billtop.run("invoices", "--json").json["items"] if each["status"] == "paid")


def test_in_a_folder_it_is_called_after_the_invoice_and_replaces_nothing(
    billtop: Billtop, invoice: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "bills"
    folder.mkdir()
    names = []
    for _ in range(2):
        saved = Path(billtop.run("invoice", invoice["id"], "--pdf", str(folder), "--json").json["pdf_file"])
        assert saved.read_bytes().startswith(b"%PDF-")
        assert stat.S_IMODE(saved.stat().st_mode) == 0o600
        names.append(saved.name)
    first = safe_name(invoice["number"], ".pdf")
    assert names == [first, first.replace(".pdf", "-2.pdf")]
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)


def test_a_link_under_the_name_given_is_replaced_not_followed(billtop: Billtop, invoice: Any, tmp_path: Path) -> None:
    victim, target = tmp_path / "victim", tmp_path / "mine.pdf"
    victim.write_bytes(b"precious")
    target.symlink_to(victim)
    assert billtop.run("invoice", invoice["id"], "--pdf", str(target)).code == 0
    assert victim.read_bytes() == b"precious"
    assert not target.is_symlink()
    assert target.read_bytes().startswith(b"%PDF-")


def test_a_folder_that_cannot_be_written_is_named(billtop: Billtop, invoice: Any, tmp_path: Path) -> None:
    ran = billtop.run("invoice", invoice["id"], "--pdf", str(tmp_path / "no" / "such.pdf"))
    assert ran.code == 2
    assert str(tmp_path / "no") in ran.err
