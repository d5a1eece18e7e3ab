"""Ids cannot change where a request goes."""

import pytest

from tui.domain import BadId, checked_id


@pytest.mark.parametrize("raw", ["in_1QabcDEF", 456, "cs_test_a1:b-2.c"])
def test_a_provider_id_passes(raw: object) -> None:
    assert checked_id(raw) == str(raw)


@pytest.mark.parametrize(
    "raw", ["", ".", "..", "../../wallet/withdraw", "a?b", "a#b", "a b", "ä", "x" * 256, "a\n", "a/b"]
)
def test_anything_that_could_move_a_path_is_refused(raw: str) -> None:
    with pytest.raises(BadId):
        checked_id(raw)
