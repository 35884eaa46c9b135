#!/usr/bin/env python
"""Change one thing in a module, and see whether its tests notice: ``mutate.py --count 5 MODULE=TESTS ...``.

Mutants are drawn at random: a comparison or a sign turned, a number changed, `and` for `or`, a condition negated. Each
is written over the module, in a copy of the working tree, for as long as the tests given for it run; what survives is
printed. `mutmut` and `cosmic-ray` make the same changes, but run all tests of the project for each, eight minutes.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SWAPS = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


def places(tree: ast.Module) -> list[ast.AST]:
    """Nodes that can be changed; annotations and docstrings are none."""
    skipped = {
        id(n) for node in ast.walk(tree) for a in ("annotation", "returns") for n in walk(getattr(node, a, None))
    }
    found = []
    for node in ast.walk(tree):
        kind = type(getattr(node, "op", None) or (getattr(node, "ops", None) or [None])[0])
        number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
        if id(node) not in skipped and (kind in SWAPS or number or isinstance(node, ast.If | ast.IfExp)):
            found.append(node)
    return found


def walk(node: ast.AST | None) -> list[ast.AST]:
    """All below a node, or nothing."""
    return [] if node is None else list(ast.walk(node))


def change(node: ast.AST, rng: random.Random) -> str:
    """Change a node; say how."""
    before = ast.unparse(node).split("\n")[0][:70]
    if isinstance(node, ast.Constant):
        node.value = rng.choice([node.value + 1, node.value - 1, node.value * 2 if node.value else 1])  # type: ignore[operator]
    elif isinstance(node, ast.If | ast.IfExp):
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif isinstance(node, ast.Compare):
        node.ops[0] = SWAPS[type(node.ops[0])]()
    else:
        node.op = SWAPS[type(node.op)]()  # type: ignore[attr-defined]
    return f"line {getattr(node, 'lineno', '?')}: {before}  ->  {ast.unparse(node).split(chr(10))[0][:70]}"


def main() -> None:
    """Draw mutants of each module, and count those that its tests notice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", metavar="MODULE=TESTS")
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=240)
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(".", copy, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__"))
        killed = drawn = 0
        for pair in a.pairs:
            name, tests = pair.split("=")
            path, rng = copy / name, random.Random(f"{a.seed}:{name}")
            source = path.read_text()
            for _ in range(a.count):
                tree = ast.parse(source)
                told = change(rng.choice(places(tree)), rng)
                path.write_text(ast.unparse(tree))
                command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests.split(",")]
                env = {**os.environ, "PYTHONPATH": str(copy / "src")}
                try:
                    rc = subprocess.run(
                        command, cwd=copy, env=env, capture_output=True, timeout=a.timeout, check=False
                    ).returncode
                except subprocess.TimeoutExpired:
                    rc = 124
                drawn, killed = drawn + 1, killed + (rc != 0)
                print("killed  " if rc else "SURVIVED", name, told, flush=True)
            path.write_text(source)
        print(f"{killed} of {drawn} mutants killed")


if __name__ == "__main__":
    main()
