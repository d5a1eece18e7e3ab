"""What Textual and Rich do not document is used in two modules alone, where each name says what breaks without it."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import rich
import textual

ROOT = Path(__file__).parents[2]
KEPT_IN = {"tui/terminal/textual_compat.py", "tui/terminal/driver_hooks.py"}
FRAMEWORKS = ("textual", "rich")
DOCUMENTED = {"_asdict", "_fields", "_make", "_replace"}
"""Of Python's named tuples."""


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in DOCUMENTED


def is_of_framework(module: str | None) -> bool:
    return module is not None and module.partition(".")[0] in FRAMEWORKS


def written_in(text: str) -> set[str]:
    """The private names of attributes and methods that a source text gives something."""
    return {name for name in re.findall(r"(?:\bself\.|\bdef )(_\w+)", text) if is_private(name)}


@cache
def anywhere() -> set[str]:
    """The private names of both packages."""
    files = [path for package in (textual, rich) for path in Path(package.__path__[0]).rglob("*.py")]
    return set().union(*(written_in(path.read_text(encoding="utf-8")) for path in files))


@cache
def names_of(kind: type) -> set[str]:
    """The private names of a class of theirs, without those of its bases; its neighbours in the file count in."""
    source = Path(inspect.getfile(kind)).read_text(encoding="utf-8")
    return {name for name in vars(kind) if is_private(name)} | written_in(source)


def inherited(kind: object) -> set[str]:
    """The private names that a class of ours has from theirs."""
    bases = inspect.getmro(kind) if isinstance(kind, type) else ()
    return set().union(*(names_of(base) for base in bases if is_of_framework(base.__module__)))


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and is_of_framework(node.module):
            parts = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
            yield from (part for part in parts if is_private(part))


def of_self(node: ast.Attribute) -> bool:
    value = node.value
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id == "super"
    return isinstance(value, ast.Name) and value.id in {"self", "cls"}


def attributes(tree: ast.Module) -> Iterator[str]:
    """Of other things than a method's own: whatever has the name in Textual may be meant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and not of_self(node) and node.attr in anywhere():
            yield ast.unparse(node)


def own(tree: ast.Module, module: ModuleType) -> Iterator[str]:
    """In classes: what they use, replace or happen to call the same as something they inherit."""
    for node in tree.body:
        if not isinstance(node, ast.ClassDef) or not (taken := inherited(getattr(module, node.name))):
            continue
        for each in ast.walk(node):
            if isinstance(each, ast.Attribute) and of_self(each) and each.attr in taken:
                yield f"{node.name}: {ast.unparse(each)}"
            elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name in taken:
                yield f"{node.name}: def {each.name}"


def test_private_names_of_textual_and_rich_stay_in_the_modules_that_explain_them() -> None:
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tui").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree)) or "/sandbox/" in name:
            continue
        module = importlib.import_module(name.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
        if names := [*imports(tree), *attributes(tree), *own(tree, module)]:
            found[name] = names
    assert set(found) == KEPT_IN, {name: names for name, names in found.items() if name not in KEPT_IN}
