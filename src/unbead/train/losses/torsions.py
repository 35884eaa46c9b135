"""What the φ/ψ head is asked to minimise, and how far its angles are off."""

import torch
from torch import Tensor


def torsion_loss(predicted: Tensor, truth: Tensor) -> Tensor:
    """Mean squared distance of predicted vectors u from the points t = (cos, sin) of the true angles.

    L = mean |u - t|², over the angles that there are. It is least where u is the mean of t over all that the network
    cannot tell apart: the direction of u then is the circular mean and its length the sureness, from zero to one.

    Parameters
    ----------
    predicted : Tensor, shape=(n_residues, 4)
        Vectors of φ and of ψ.
    truth : Tensor, shape=(n_residues, 4)
        (cos φ, sin φ, cos ψ, sin ψ); zeros where there is no such angle.

    Returns
    -------
    Tensor, shape=()
        The loss.
    """
    goal = truth.view(-1, 2, 2)
    there = goal.abs().sum(-1) > 0
    squared = (predicted.view(-1, 2, 2) - goal).square().sum(-1)
    return (squared * there).sum() / there.sum().clamp(min=1)


def torsion_errors(predicted: Tensor, truth: Tensor) -> Tensor:
    """Compute how far predicted angles are off, in degrees.

    Parameters
    ----------
    predicted : Tensor, shape=(n_residues, 4)
        Vectors of φ and of ψ.
    truth : Tensor, shape=(n_residues, 4)
        (cos φ, sin φ, cos ψ, sin ψ); zeros where there is no such angle.

    Returns
    -------
    Tensor, shape=(n_residues, 2)
        |Δφ| and |Δψ|, at most 180; NaN where there is no such angle.
    """
    u, t = predicted.view(-1, 2, 2), truth.view(-1, 2, 2)
    cross = u[..., 0] * t[..., 1] - u[..., 1] * t[..., 0]
    error = torch.rad2deg(torch.atan2(cross, (u * t).sum(-1)).abs())
    return torch.where(t.abs().sum(-1) > 0, error, torch.nan)
