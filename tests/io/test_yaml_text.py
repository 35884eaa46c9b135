"""YAML files that must not be composed."""

import pytest

from unbead.errors import UnbeadError
from unbead.io.yaml_text import load_yaml, read_yaml

BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]\n" for k in range(1, 9))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[" * 100_000, "1: deeper than 50 levels"),
        (b"{a: " * 100_000, "1: deeper than 50 levels"),
        (b"- " * 100_000, "1: deeper than 50 levels"),
        (b"? " * 100_000, "1: deeper than 50 levels"),
        ("\n".join(" " * k + "a:" for k in range(900)).encode(), "deeper than 50 levels"),
        (BOMB.encode(), "more than 100000 values"),
        (b"a: &x [1, *x]", "1: \\*x holds itself"),
        (b"a: &x {b: *x}", "1: \\*x holds itself"),
        (b"a: *x", "1: nothing is called &x"),
        (b"a: \xff\xfe", r"not text \(byte 3 is no UTF-8\)"),
        (b"a: \x00", "1: not YAML"),
        (b"a: [1", "not YAML"),
        (b"# " + b"x" * 1_000_000, "larger than 1000000 bytes"),
    ],
)
def test_what_cannot_be_composed_is_refused(tmp_path, content, words):
    """100,000 brackets ended the process, since libyaml's composer goes down with them."""
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    for read in (read_yaml, lambda path: load_yaml(path, "file")):
        with pytest.raises(UnbeadError, match=f"x.yaml:.*{words}"):
            read(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3", "3: a: given twice"),
        ("a: [{b: 1, b: 2}]", "1: b: given twice"),
        ("a: " + "9" * 5000, "a number or date cannot be"),
        ("a: 2030-99-99", "a number or date cannot be"),
        ("a: !!python/object/apply:os.system [id]", "not YAML"),
        ("{[a]: 1}", "not YAML"),
        ("--- a\n--- b", "not YAML"),
    ],
)
def test_values_that_cannot_be_are_refused(tmp_path, text, words):
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(UnbeadError, match=f"x.yaml:.*{words}"):
        load_yaml(path, "file")


def test_anchors_in_measure_and_a_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("\ufeffa: &a {b: [1, 2]}\nc: *a\nd: {<<: *a, e: é}\n", encoding="utf-8")
    inner = {"b": [1, 2]}
    assert load_yaml(path, "file") == {"a": inner, "c": inner, "d": {**inner, "e": "é"}}


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnbeadError, match=r"none\.yaml: No such file"):
        read_yaml(tmp_path / "none.yaml")
