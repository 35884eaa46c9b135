import json
import shutil
from importlib.resources import files

from unbead.models.store import DEFAULT_MODEL


def copy_model(folder):
    """Copy the shipped model to a folder."""
    for suffix in ("safetensors", "json"):
        shutil.copy(str(files("unbead.models") / "data" / f"{DEFAULT_MODEL}.{suffix}"), folder / f"mine.{suffix}")
    return folder / "mine.safetensors"


def test_model_made_for_another_format(refused, beads_path, tmp_path):
    model = copy_model(tmp_path)
    card = json.loads(model.with_suffix(".json").read_text())
    model.with_suffix(".json").write_text(json.dumps(card | {"format": 0}))
    refused("run", beads_path, "-o", "atoms.pdb", "--model", model, words=["mine.json", "retrain"])


def test_model_made_for_other_settings(refused, beads_path, tmp_path):
    model = copy_model(tmp_path)
    card = json.loads(model.with_suffix(".json").read_text())
    card["network"]["layers"] += 1
    model.with_suffix(".json").write_text(json.dumps(card))
    refused("run", beads_path, "-o", "atoms.pdb", "--model", model, words=["mine.safetensors", "settings"])


def test_model_file_that_is_none(refused, beads_path, tmp_path):
    model = copy_model(tmp_path)
    model.write_bytes(b"not weights")
    refused("run", beads_path, "-o", "atoms.pdb", "--model", model, words=["mine.safetensors"])
