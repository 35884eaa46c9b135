"""Every weight is moved by exactly one optimiser."""

from unbead.models.network import UnbeadNetwork
from unbead.models.settings import NetworkSettings
from unbead.train.config import OptimiserSettings
from unbead.train.optimiser import make_optimisers


def test_weights_are_shared_out():
    model = UnbeadNetwork(NetworkSettings(scalars=16, vectors=4, layers=1, rows=2, sent=8), 5)
    optimisers = make_optimisers(model, OptimiserSettings(steps=1, decay_steps=0))
    taken = [id(p) for o in optimisers for group in o.param_groups for p in group["params"]]
    assert sorted(taken) == sorted(id(p) for p in model.parameters())
    assert all(p.ndim == 2 for group in optimisers[0].param_groups for p in group["params"])
