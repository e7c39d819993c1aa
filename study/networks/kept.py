"""The file of kept networks: weights bit for bit, what they answer, where they come from, and a digest of it all.

Reading it needs no training library, so a report can show networks and build none.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from study.errors import StudyError

KEPT = "networks.json"  # where a results folder keeps them
MADE_BY = "python -m study.networks.make"
Weights = Mapping[str, npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Network:
    """A trained network.

    Attributes
    ----------
    name : str
        In `study.networks.chosen.CHOSEN`.
    setting : str
        Whose colour it has.
    identity : str
        Of its configuration, by which its scores are stored.
    seed, epoch : int
    engine : str
        Which one trained it.
    batch_size, timesteps : int
    layout : str
    stateful, softmax : bool
        Whether state goes from row to row; whether the outputs share one probability.
    symbols : tuple
        Of the inputs and outputs, in their order.
    weights : mapping of str to dict
        By name: ``shape``, and ``data``, the 32-bit numbers, little end first, in base 64.
    rows : tuple of int
        The rows that are answered, each in its lane of the layout, from a fresh state.
    probabilities : tuple of tuple of float
        The answer to each of these.
    """

    name: str
    setting: str
    identity: str
    seed: int
    epoch: int
    engine: str
    batch_size: int
    timesteps: int
    layout: str
    stateful: bool
    softmax: bool
    symbols: tuple[Hashable, ...]
    weights: Mapping[str, Mapping[str, Any]]
    rows: tuple[int, ...]
    probabilities: tuple[tuple[float, ...], ...]

    def arrays(self) -> Weights:
        """Give the weights by name, to the bit as they were trained."""
        return {
            name: np.frombuffer(base64.b64decode(given["data"]), "<f4").reshape(given["shape"])
            for name, given in self.weights.items()
        }


def as_text(weights: Weights) -> dict[str, dict[str, Any]]:
    """Write weights so that they can be read back to the bit.

    Examples
    --------
    >>> as_text({"bias": np.array([1.0, 2.0], "float32")})
    {'bias': {'shape': [2], 'data': 'AACAPwAAAEA='}}
    """
    return {
        name: {"shape": [*array.shape], "data": base64.b64encode(array.astype("<f4").tobytes()).decode()}
        for name, array in weights.items()
    }


def keep(networks: Sequence[Network], path: Path) -> None:
    """Write networks to a file, with a digest of them."""
    listed = [asdict(network) for network in networks]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"digest": _digest(listed), "networks": listed}, indent=1)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(f"{text}\n", encoding="utf-8")
    beside.replace(path)


def read(path: Path) -> dict[str, Network]:
    """Read kept networks by name; none where there is no file.

    Raises
    ------
    StudyError
        If the file is damaged.
    """
    if not path.exists():
        return {}
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        networks = [Network(**{**each, "symbols": tuple(each["symbols"])}) for each in kept["networks"]]
        sound = kept["digest"] == _digest(kept["networks"])
    except (ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        raise StudyError(f"{path} is damaged; delete it, and make it anew with '{MADE_BY}'")
    return {network.name: network for network in networks}


def _digest(networks: Sequence[Mapping[str, Any]]) -> str:
    """Sum up networks as they are written."""
    return hashlib.sha256(json.dumps(networks, sort_keys=True).encode()).hexdigest()
