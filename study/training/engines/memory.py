"""How much memory a window of training needs, and so how many seeds and lanes are computed at once."""

from __future__ import annotations

from study.errors import StudyError

MEMORY = 256 * 2**20  # bytes of one block's windows at most (more only if a single seed needs more)
VECTOR_BYTES = 64  # of one vector of the kernel, see `study.training.kernel.vectors.vector.LANES`
LARGEST = 4 * 2**30  # bytes of one seed's window at most; with more lanes it is computed in chunks


def seeds_per_block(
    timesteps: int, lanes: int, features: int, units: int, number: int = 4, *, together: int = 1
) -> int:
    """Choose how many seeds to train side by side: as many as pay, within `MEMORY`.

    Milliseconds of an update of one seed, `nn.LSTM` in brackets: 100 steps with 8, 64, 128 seeds 0.43, 0.15, 0.15
    (2.0), of 8 lanes with 8, 32 seeds 0.88, 0.65 (2.7), of 32 lanes with 4, 16 seeds 2.5, 2.1 (4.0); 1,000 steps with
    8, 32, 64 seeds 3.8, 1.7, 1.4 (4.0), of 8 lanes with 8 seeds 8.5 (10.3), of 32 lanes with 4 seeds 26 (37). The
    kernel needs the windows of one vector only, takes as long for one seed as for a vector of them, and gains nothing
    from more.

    Parameters
    ----------
    timesteps, lanes : int
        Shape of the batch.
    features, units : int
    number : int, default 4
        Bytes of a number.
    together : int, default 1
        Seeds that take as long as one; `vector_seeds` for the kernel.

    Returns
    -------
    int
        Seeds, a multiple of `together`; it changes no result.
    """
    seeds = max(1, min(256, MEMORY // window_bytes(timesteps, lanes, features, units, number)))
    return -(-seeds // together) * together


def vector_seeds(number: int = 4) -> int:
    """Count the seeds of one vector of the kernel, by the bytes of a number."""
    return VECTOR_BYTES // number


def window_bytes(timesteps: int, lanes: int, features: int, units: int, number: int = 4) -> int:
    """Memory of one seed's window, from the inputs to the gradient of every gate; arguments as `seeds_per_block`."""
    step = 6 * features + 20 * units + 2  # numbers that one step of one lane keeps: inputs, gates, gradients, outputs
    return number * step * timesteps * lanes


def lanes_at_once(timesteps: int, features: int, units: int, number: int = 4) -> int:
    """Find how many lanes of one seed's window `LARGEST` bytes hold; arguments as `seeds_per_block`.

    Raises
    ------
    StudyError
        If they do not hold a single lane.
    """
    needed = window_bytes(timesteps, 1, features, units, number)
    if needed > LARGEST:
        raise StudyError(
            f"one seed's window of {timesteps} steps and {units} units needs {needed / 2**30:.1f} GiB a lane; "
            f"at most {LARGEST / 2**30:.0f} GiB are allowed; use fewer timesteps or fewer units"
        )
    return LARGEST // needed
