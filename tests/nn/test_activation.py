"""The activation: its values, and that they do not depend on what stands beside them."""

import pytest
import torch
from torch.nn import functional

from unbead.nn.activation import SiLU


def test_values_are_those_of_the_definition():
    x = torch.linspace(-100.0, 100.0, 4001)
    for layer in (SiLU(), SiLU().eval()):
        torch.testing.assert_close(layer(x), functional.silu(x.double()).float(), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_number_is_rounded_alike_wherever_it_stands(threads):
    layer, before = SiLU().eval(), torch.get_num_threads()
    x = torch.randn(200_001, generator=torch.Generator().manual_seed(1)) * 3
    torch.set_num_threads(threads)
    try:
        whole = layer(x)
        for n in (1, 7, 33, 70_001, 131_103):
            assert torch.equal(layer(x[:n].clone()), whole[:n])
    finally:
        torch.set_num_threads(before)
