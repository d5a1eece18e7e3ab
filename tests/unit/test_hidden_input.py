"""No model tells in its errors what it could not use: it may be a card number or a token."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest
from pydantic import BaseModel

import tui


def models(base: type[BaseModel] = BaseModel) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        if model.__module__.split(".")[0] == "tui":
            yield model
        yield from models(model)


def test_every_model_hides_its_input() -> None:
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    found = set(models())
    assert len(found) > 40
    assert [model.__qualname__ for model in found if not model.model_config.get("hide_input_in_errors")] == []


def test_hidden_means_hidden() -> None:
    from tui.sandbox.wire import Wire

    class Card(Wire):
        number: int

    with pytest.raises(ValueError, match="number") as caught:
        Card.model_validate({"number": "4242x4242"})
    assert "4242" not in str(caught.value)
