"""No certificates of this machine: reading all of them for each of hundreds of clients took two thirds of the time."""

from pathlib import Path

import pytest
import trustme


@pytest.fixture(scope="session")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of an authority that vouches for nobody."""
    path = tmp_path_factory.mktemp("authority") / "nobody.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(autouse=True)
def trust_nobody(clean_environment: None, monkeypatch: pytest.MonkeyPatch, nobody: Path) -> None:
    """No client here reaches a network, so none needs more."""
    monkeypatch.setenv("SSL_CERT_FILE", str(nobody))
