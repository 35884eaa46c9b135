"""The table of limits fits what is measured."""

from unbead.mapping.mapping import load_mapping
from unbead.validate.check import check_model
from unbead.validate.thresholds import MEASURES


def test_every_measure_is_measured_and_every_finding_exists(crystal, beads_of):
    model = check_model(crystal, crystal, beads_of("ca"), load_mapping("ca"))
    assert set(MEASURES) <= set(model.numbers)
    assert {measure.faults for measure in MEASURES.values()} - {""} <= set(model.faults)


def test_warnings_come_before_failures():
    for measure in MEASURES.values():
        assert measure.fail is None or measure.warn is None or measure.warn <= measure.fail
