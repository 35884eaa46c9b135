"""The measures of the code base: how long its files are, how full its folders, how often it repeats itself.

Run from the root of the repository: ``python benchmarks/house.py [--package src/unbead]``; it needs nothing
beyond Python. Comment lines hold a comment and nothing else. A repeated run is six or more lines of code in
a row that stand somewhere else too, blanks, comments, docstrings and imports aside.
"""

import argparse
import ast
import io
import statistics
import tokenize
from collections import Counter, defaultdict
from pathlib import Path

RUN = 6  # lines of a repeated run
WIDE = 100  # characters


def docstring_lines(tree: ast.Module) -> set[int]:
    """Numbers of the lines that docstrings stand on."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                lines |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines


def import_lines(tree: ast.Module) -> set[int]:
    """Numbers of the lines that imports stand on."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {line for node in nodes for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}


def comment_lines(text: str) -> set[int]:
    """Numbers of the lines that hold a comment and nothing else."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    found = [token for token in tokens if token.type == tokenize.COMMENT]
    return {token.start[0] for token in found if token.line.lstrip().startswith("#")}


def repeated_runs(code: dict[Path, list[tuple[int, str]]]) -> list[tuple[Path, int, Path, int, int]]:
    """Runs of lines that stand twice: file, line, the other file, its line, length."""
    places: dict[tuple[str, ...], list[tuple[Path, int]]] = defaultdict(list)
    for path, lines in code.items():
        for k in range(len(lines) - RUN + 1):
            places[tuple(text for _, text in lines[k : k + RUN])].append((path, k))
    pairs = {
        (first, other)
        for where in places.values()
        for n, first in enumerate(where)
        for other in where[n + 1 :]
        if first[0] != other[0] or other[1] - first[1] >= RUN
    }
    runs = []
    for (a, i), (b, j) in sorted(pairs):
        if ((a, i - 1), (b, j - 1)) in pairs:
            continue  # the run began earlier
        n = 1
        while ((a, i + n), (b, j + n)) in pairs:
            n += 1
        runs.append((a, code[a][i][0], b, code[b][j][0], RUN + n - 1))
    return runs


def main() -> None:
    """Print the measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--package", type=Path, default=Path("src/unbead"))
    parser.add_argument("--runs", action="store_true", help="name the repeated runs")
    options = parser.parse_args()
    lengths, kinds, wide, code = [], Counter(), 0, {}
    for path in sorted(options.package.rglob("*.py")):
        text = path.read_text()
        lines, tree = text.splitlines(), ast.parse(text)
        lengths.append(len(lines))
        documented, comments = docstring_lines(tree), comment_lines(text)
        blank = {n for n, line in enumerate(lines, 1) if not line.strip()}
        kinds["docstring"] += len(documented)
        kinds["comment"] += len(comments - documented)
        kinds["blank"] += len(blank - documented)
        kinds["code"] += len(lines) - len(documented | comments | blank)
        wide += sum(len(line) > WIDE for line in lines)
        left = documented | comments | blank | import_lines(tree)
        code[path] = [(n, line.strip()) for n, line in enumerate(lines, 1) if n not in left]
    runs = repeated_runs(code)
    folders = Counter(path.parent for path in code if path.name != "__init__.py")
    total = sum(lengths)
    ninth = sorted(lengths)[int(0.9 * len(lengths))]
    print(f"modules / lines                    {len(lengths)} / {total}")
    print(f"module: median / 90 % / longest    {statistics.median(lengths):.0f} / {ninth} / {max(lengths)}")
    share = " / ".join(f"{100 * kinds[kind] / total:.1f}" for kind in ("code", "docstring", "comment", "blank"))
    print(f"code / docstring / comment / blank {share} %")
    print(f"lines > {WIDE} characters             {wide} ({100 * wide / total:.1f} %)")
    print(f"fullest folders                    {', '.join(f'{p.name} {n}' for p, n in folders.most_common(4))}")
    print(f"repeated runs of {RUN} lines or more   {len(runs)}, {sum(run[-1] for run in runs)} lines")
    if options.runs:
        for a, i, b, j, n in runs:
            print(f"  {a}:{i}  {b}:{j}  {n} lines")


if __name__ == "__main__":
    main()
