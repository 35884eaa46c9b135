"""The families of models: which network belongs to which settings."""

from unbead.models.genzprot import GenZProtNetwork
from unbead.models.network import UnbeadNetwork
from unbead.models.settings import BeadSettings, Family, GenZProtSettings, NetworkSettings

Network = UnbeadNetwork | GenZProtNetwork


def make_network(settings: BeadSettings, vocabulary: int) -> Network:
    """Make the network that settings belong to, with fresh weights.

    Parameters
    ----------
    settings : BeadSettings
        Settings of one of the families.
    vocabulary : int
        Number of atom identities.

    Returns
    -------
    UnbeadNetwork or GenZProtNetwork
        The network.
    """
    if isinstance(settings, GenZProtSettings):
        return GenZProtNetwork(settings, vocabulary)
    assert isinstance(settings, NetworkSettings)
    return UnbeadNetwork(settings, vocabulary)


def family_of(network: Network) -> Family:
    """Return the family of a network.

    Parameters
    ----------
    network : UnbeadNetwork or GenZProtNetwork
        The network.

    Returns
    -------
    str
        ``unbead`` or ``genzprot``.
    """
    return "genzprot" if isinstance(network, GenZProtNetwork) else "unbead"
