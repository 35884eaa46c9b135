"""The order of the packages: an import never points to a package below its own in docs/architecture.md."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "unbead"


def layers():
    """Packages in their order, from the first table of docs/architecture.md."""
    table = (ROOT / "docs" / "architecture.md").read_text().split("## From beads to atoms")[0]
    return re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)


def modules():
    """Dotted names of all modules, with their files."""
    return {
        ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__"): path
        for path in SOURCE.rglob("*.py")
    }


def imported(tree, known):
    """Modules of Unbead that a syntax tree imports, within functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "unbead":
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in known else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "unbead")


def upward(trees, order):
    """Imports against the order, as lines of text."""
    rank = {name: k for k, name in enumerate(order)}
    for module, tree in trees.items():
        if module == "unbead":  # re-exports the interface
            continue
        for target in imported(tree, trees):
            # the package itself holds the version, which anything may ask for
            if target != "unbead" and rank[target.split(".")[1]] > rank[module.split(".")[1]]:
                yield f"{module} imports {target}"


@pytest.fixture(scope="module")
def trees():
    return {name: ast.parse(path.read_text()) for name, path in modules().items()}


def test_the_table_names_every_package_once():
    found = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert sorted(layers()) == sorted(found - {"__init__"})


def test_no_import_points_to_a_later_package(trees):
    assert list(upward(trees, layers())) == []


def test_an_import_within_a_function_counts():
    made = {"unbead.chem.a": "def f():\n    from unbead.io.b import x", "unbead.io.b": "from unbead import chem"}
    parsed = {name: ast.parse(text) for name, text in made.items()}
    assert list(upward(parsed, ["chem", "io"])) == ["unbead.chem.a imports unbead.io.b"]
    assert list(upward(parsed, ["io", "chem"])) == []


def test_no_module_imports_itself_through_others(trees):
    known = set(trees)
    # imports at the head of a module; those within functions run later and may close a circle
    heads = {name: ast.Module(tree.body, []) for name, tree in trees.items()}
    needs = {
        name: set(imported(ast.Module([n for n in head.body if isinstance(n, ast.Import | ast.ImportFrom)], []), known))
        for name, head in heads.items()
        if name != "unbead"
    }
    done, way = set(), []

    def visit(name):
        if name in way:
            raise AssertionError(" -> ".join([*way[way.index(name) :], name]))
        if name in done:
            return
        way.append(name)
        for other in sorted(needs.get(name, ())):
            visit(other)
        way.pop()
        done.add(name)

    for name in sorted(needs):
        visit(name)
