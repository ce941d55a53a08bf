"""Our own source text, as the architecture tests read it."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PYPROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]
ROOTS: list[str] = PYPROJECT["importlinter"]["root_packages"]


@dataclass(frozen=True)
class Module:
    """One Python file of ours."""

    path: Path
    text: str
    tree: ast.Module


@dataclass(frozen=True)
class Function:
    """One function of ours; its length is that of its code, without decorators and docstring."""

    where: str
    lines: int
    parameters: int


@cache
def modules() -> list[Module]:
    """Return every module of the product, migrations apart."""
    files = [path for root in ROOTS for path in sorted(Path(root).rglob("*.py")) if "migrations" not in path.parts]
    return [Module(path, text := path.read_text(encoding="utf-8"), ast.parse(text)) for path in files]


def functions() -> Iterator[Function]:
    """Return every function and method of the product."""
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield Function(f"{module.path}:{node.lineno} {node.name}", _lines(node), _parameters(node))


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    docstring = node.body[0] if ast.get_docstring(node) else None
    taken = docstring.end_lineno - docstring.lineno + 1 if docstring and docstring.end_lineno else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - taken


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([argument for argument in given if argument.arg not in {"self", "cls"}])
