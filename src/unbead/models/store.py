"""Models on disk: safetensors weights with a JSON card beside them."""

import json
from importlib.resources import files
from pathlib import Path

import torch
from pydantic import ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch.nn import Module

from unbead.errors import UnbeadError
from unbead.io.output import replacing, write_text
from unbead.models.beads import BEAD_PARTS, BeadNetwork
from unbead.models.family import Network, family_of, make_network
from unbead.models.settings import SETTINGS, Family
from unbead.models.vocabulary import Vocabulary

FORMAT = 1  # raised whenever the network's code changes so that older weights no longer fit
DEFAULT_MODEL = "unbead-protein"
DEFAULT_FAMILY: Family = "unbead"
HEAD, ROTAMERS, POSTERIOR, LATENTS = (
    "torsion_head.",
    "rotamer_head.",
    "posterior.",
    "deviation.",
)  # parts of the flagship that some files lack


def _folder() -> Path:
    return Path(str(files("unbead.models") / "data"))


def available_models() -> tuple[str, ...]:
    """Return the names of the models that ship with the package."""
    return tuple(sorted(file.stem for file in _folder().glob("*.safetensors")))


def locate(name: str | Path) -> Path:
    """Find the weights of a model.

    Parameters
    ----------
    name : str or Path
        A shipped model or a ``.safetensors`` file.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UnbeadError
        If there is none.
    """
    path = Path(name)
    if path.suffix == ".safetensors":
        if not path.is_file():
            raise UnbeadError(f"{path}: no such model file; `unbead model list` shows the models that ship")
        return path
    if str(name) in available_models():
        return _folder() / f"{name}.safetensors"
    known = ", ".join(available_models()) or "none"
    raise UnbeadError(f"no model named {name}; known: {known}; or give a .safetensors file")


def load_card(name: str | Path) -> dict:
    """Read the card of a model.

    Parameters
    ----------
    name : str or Path
        A shipped model or a ``.safetensors`` file with its card beside it.

    Returns
    -------
    dict
        Format, network settings, vocabulary, training settings and metrics.

    Raises
    ------
    UnbeadError
        If there is no such model or its card is unreadable.
    """
    path = locate(name).with_suffix(".json")
    try:
        card = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except (OSError, ValueError, RecursionError) as error:
        raise UnbeadError(f"{path}: no readable model card ({str(error)[:200]}); keep it beside the weights") from None
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise UnbeadError(f"{path}: made for another version of Unbead (format {FORMAT} expected); retrain it")
    return card


def load_model(name: str | Path = DEFAULT_MODEL) -> tuple[Network, Vocabulary]:
    """Load a model, ready to use.

    Parameters
    ----------
    name : str or Path
        A shipped model or a ``.safetensors`` file.

    Returns
    -------
    model : Network
        The network in evaluation mode, on the CPU; without the heads and the posterior that the file lacks.
    vocabulary : Vocabulary
        The atoms that it knows.

    Raises
    ------
    UnbeadError
        If the weights do not belong to the settings of the card.
    """
    card = load_card(name)
    if card.get("family") not in (None, *SETTINGS):
        raise UnbeadError(f"model {name}: family {card['family']} knows one molecule; it works with `unbead run` alone")
    try:
        settings = SETTINGS[card.get("family", DEFAULT_FAMILY)](**card["network"])
        vocabulary = Vocabulary(tuple(card["vocabulary"]))
        if not all(isinstance(name, str) for name in vocabulary.names) or len(set(vocabulary.names)) < len(vocabulary):
            raise TypeError("its vocabulary is no list of different words")
    except (KeyError, TypeError, ValidationError) as error:
        raise UnbeadError(
            f"model {name}: bad card ({str(error).splitlines()[0]}); take it from its source again"
        ) from None
    may_lack = (HEAD, ROTAMERS, POSTERIOR) if SETTINGS["unbead"] is type(settings) else ()
    with torch.device("meta"):  # shapes without memory: a damaged card may ask for any
        _check_shapes(locate(name), make_network(settings, len(vocabulary)), may_lack)
    model = make_network(settings, len(vocabulary))
    lacking = load_weights(locate(name), model, may_lack)
    for part in lacking:
        setattr(model, part.rstrip("."), None)
    return model.eval(), vocabulary


def _family(name: str | Path) -> Family:
    return load_card(name).get("family", DEFAULT_FAMILY)  # cards from before there were families have no such line


def load_models(name: str | Path | None = None) -> tuple[tuple[Network, Vocabulary], ...]:
    """Load the models that a system may need.

    Parameters
    ----------
    name : str or Path, optional
        A model that goes before the shipped ones.

    Returns
    -------
    tuple of tuple of Network and Vocabulary
        That model, and all that ship of the default family.

    Raises
    ------
    UnbeadError
        If there is no such model, or it is broken.
    """
    first = () if name is None or str(name) in available_models() else (name,)
    by_default = [other for other in available_models() if other == str(name) or _family(other) == DEFAULT_FAMILY]
    shipped = sorted(by_default, key=lambda other: other != str(name))
    return tuple(load_model(each) for each in (*first, *shipped))


def holds_part(path: Path, part: str) -> bool:
    """Tell whether a file of weights holds a part of a network.

    Parameters
    ----------
    path : Path
        A ``.safetensors`` file.
    part : str
        First letters of the names of its weights.

    Returns
    -------
    bool
        Whether there is one; files that cannot be read hold none, and are refused where they are loaded.
    """
    try:
        with safe_open(path, framework="pt") as file:
            return any(name.startswith(part) for name in file.keys())  # noqa: SIM118
    except (OSError, SafetensorError):
        return False


def load_weights(path: Path, model: Network, may_lack: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Fill a network with stored weights, in place; parts that the file lacks stay as they are.

    Parameters
    ----------
    path : Path
        A ``.safetensors`` file.
    model : Network
        A network of the settings that the weights were made for.
    may_lack : tuple of str
        Parts that the file may lack, as the first letters of the names of their weights.

    Returns
    -------
    tuple of str
        Those of them that it lacks.

    Raises
    ------
    UnbeadError
        If the file is unreadable or its tensors are others.
    """
    try:
        stored = {name: tensor.float() for name, tensor in load_file(path).items()}
        bad = next((name for name, tensor in stored.items() if not torch.isfinite(tensor).all()), None)
        if bad is not None:
            raise UnbeadError(f"{path}: {bad} has weights that are no numbers; take the file from its source again")
        lacking = tuple(part for part in may_lack if not any(name.startswith(part) for name in stored))
        own = {name: tensor for name, tensor in model.state_dict().items() if name.startswith(lacking)}
        model.load_state_dict(own | stored)
    except (OSError, SafetensorError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise UnbeadError(
            f"{path}: weights do not fit the model's settings ({reason}); take both from one run"
        ) from None
    return lacking


def _no_number(text: str) -> float:
    """Refuse NaN and Infinity, which JSON does not have."""
    raise ValueError(f"{text} is no number")


def _check_shapes(path: Path, model: Network, may_lack: tuple[str, ...]) -> None:
    """Complain of weights of other shapes than those of a network, from the head of the file alone."""
    own = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    try:
        with safe_open(path, "pt") as file:
            stored = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, RuntimeError, ValueError) as error:
        raise UnbeadError(f"{path}: no readable weights ({str(error)[:200]}); take it from its source again") from None
    lacked = {name for name in own if name.startswith(may_lack) and name not in stored} if may_lack else set()
    wrong = sorted(
        name for name in own.keys() | stored.keys() if name not in lacked and own.get(name) != stored.get(name)
    )
    if wrong:
        raise UnbeadError(f"{path}: weights do not fit the model's settings ({wrong[0][:100]}); take both from one run")


def load_bead_weights(path: Path, model: BeadNetwork) -> None:
    """Fill the bead network of a model with that of another family's, in place.

    Parameters
    ----------
    path : Path
        A ``.safetensors`` file.
    model : BeadNetwork
        A network whose bead network is of the same size and reads the same vocabulary.

    Raises
    ------
    UnbeadError
        If the file is unreadable or its bead network is another.
    """
    try:
        shared = {name for name in model.state_dict() if name.split(".")[0] in BEAD_PARTS}
        stored = {name: tensor.float() for name, tensor in load_file(path).items() if name in shared}
        model.load_state_dict(model.state_dict() | stored)
        missing = shared - set(stored)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise UnbeadError(
            f"{path}: no bead network of these settings ({str(error).splitlines()[0]}); start from one of equal size"
        ) from None
    if missing:
        raise UnbeadError(f"{path}: no bead network in it ({min(missing)} is missing); start from another model")


def save_model(path: Path, model: Network, vocabulary: Vocabulary, card: dict) -> None:
    """Write weights and card.

    Parameters
    ----------
    path : Path
        The ``.safetensors`` file; the card gets the suffix ``.json``.
    model : Network
        The network.
    vocabulary : Vocabulary
        The atoms that it knows.
    card : dict
        What else to record: data hash, settings, metrics.
    """
    facts = {"format": FORMAT, "family": family_of(model), "network": model.settings.model_dump()}
    facts |= {"vocabulary": list(vocabulary.names)}
    save_files(path, model, facts | card | facts, indent=1)


def save_files(path: Path, model: Module, card: dict, indent: int | None = None) -> None:
    """Write the two files of a model, each whole or not at all.

    Parameters
    ----------
    path : Path
        The ``.safetensors`` file; the card gets the suffix ``.json``.
    model : Module
        The network.
    card : dict
        The card.
    indent : int, optional
        Spaces by which lines of the card are indented; all in one line if not given.
    """
    with replacing(path, keep=False) as file:
        file.write(save({name: tensor.cpu().contiguous() for name, tensor in model.state_dict().items()}))
    write_text(path.with_suffix(".json"), [json.dumps(card, indent=indent), "\n"], keep=False)
