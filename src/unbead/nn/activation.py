"""The activation of all networks, rounded alike wherever a number stands in memory."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class SiLU(nn.Module):
    """The sigmoid linear unit x / (1 + exp(−x)).

    PyTorch's own rounds the last numbers of a thread's share in another way on CPUs, so what a bead hears would depend
    on how many beads are computed with it. Training, where rounding is noise, uses it because it is faster.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Apply it.

        Parameters
        ----------
        x : Tensor
            Numbers.

        Returns
        -------
        Tensor
            As many.
        """
        return functional.silu(x) if self.training else x / torch.exp(-x).add_(1.0)
