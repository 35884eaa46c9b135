"""The plots of a report."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from unbead.validate.check import check_model, summarise
from unbead.validate.checks.ramachandran import phi_psi
from unbead.validate.report.plots import chi_plots, confidence_plot, error_plot, ramachandran_plots


@pytest.fixture(scope="module")
def result(crystal):
    """The crystal, judged beside itself."""
    return summarise([check_model(crystal, crystal)])


def test_every_residue_is_a_point(result):
    pictures = [ElementTree.fromstring(picture) for picture in ramachandran_plots([phi_psi(result.models[0].slots)])]
    points = [element for picture in pictures for element in picture.iter() if element.tag == "circle"]
    assert len(pictures) == 4 and len(points) == len(result.models[0].slots.kind) - 2


def test_histograms(result):
    first = result.models[0]
    assert (
        len(
            [
                ElementTree.fromstring(picture)
                for picture in chi_plots([(first.torsions, first.expected)], first.numbers)
            ]
        )
        == 2
    )


def test_plots_by_residue(result, crystal):
    model = result.models[0]
    for picture in (error_plot(model), confidence_plot(model)):
        bars = [element for element in ElementTree.fromstring(picture).iter() if element.get("class") == "hover"]
        assert len(bars) == len(crystal.residues)
    assert error_plot(check_model(crystal)) is None
    assert confidence_plot(check_model(replace(crystal, b_factors=np.zeros_like(crystal.b_factors)))) is None
