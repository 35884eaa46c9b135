import pytest

from unbead.errors import UnbeadError
from unbead.pipeline.record import NAMES, check_same, describe_files, read_record, record_path, write_record


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "beads.xtc"
    path.write_bytes(b"x" * 7)
    return dict.fromkeys(NAMES, "same") | {"inputs": describe_files([path]), "frames": [0, 5, 1]}


def test_what_is_written_is_read_and_is_the_same(tmp_path, record):
    output = tmp_path / "out.xtc"
    write_record(output, record)
    assert read_record(output) == record and record["inputs"] == [["beads.xtc", 7]]
    check_same(output, record)


@pytest.mark.parametrize("key", list(NAMES))
def test_every_difference_is_named(tmp_path, record, key):
    output = tmp_path / "out.xtc"
    write_record(output, record)
    with pytest.raises(UnbeadError, match=f"out.xtc: was begun with {NAMES[key]}"):
        check_same(output, record | {key: "other"})


def test_a_choice_that_is_only_in_the_record_is_a_difference(tmp_path, record):
    output = tmp_path / "out.xtc"
    write_record(output, record | {"samples": 4})
    with pytest.raises(UnbeadError, match="was begun with --samples 4, now None"):
        check_same(output, record)


def test_without_a_record_nothing_is_gone_on_with(tmp_path, record):
    output = tmp_path / "out.xtc"
    for content in (None, "", "[]", "{"):
        if content is not None:
            record_path(output).write_text(content)
        with pytest.raises(UnbeadError, match=r"no out\.xtc\.unbead\.json .* run without --resume"):
            check_same(output, record)
