"""The trainer's numbers are those of `unbead evaluate`."""

import pytest
import torch

from tests.train.chains import crystal_chain
from unbead.placement.backmapper import Backmapper
from unbead.train.validation import validate
from unbead.validate.compare import evaluate


def test_same_numbers_as_the_judge(model, assembly_of, crystal):
    cpu = torch.device("cpu")
    found = validate(model[0], [crystal_chain()] * 2, "ca", model[0].settings, cpu)
    assembly = assembly_of("ca")
    frame = Backmapper(assembly, [model], cpu, relax=False)(assembly.beads.positions, consistency="off", level=0.0)
    numbers = evaluate(assembly.atoms.with_positions(frame.positions), crystal)
    assert found["backbone"] == pytest.approx(numbers["rmsd_backbone"], abs=2e-3)
    assert found["all"] == pytest.approx(numbers["rmsd_all"], abs=0.02)  # swaps by distance here, by squares there
    assert not model[0].training
