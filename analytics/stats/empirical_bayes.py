"""What is the share of a small place, when the others say what shares are usual?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import betaln, expit
from scipy.stats import beta

_WEAKEST = 1.0


@dataclass(frozen=True, slots=True)
class Prior:
    """The beta distribution that the shares of the places come from.

    Attributes:
        mean: usual share.
        strength: how many households the prior is worth (a + b); large = places hardly differ;
            at most as many as there are.
    """

    mean: float
    strength: float

    @property
    def shape(self) -> tuple[float, float]:
        """a and b of the beta distribution."""
        return self.mean * self.strength, (1 - self.mean) * self.strength


def fit_prior(counted: ArrayLike, out_of: ArrayLike) -> Prior:
    """From which beta distribution do the shares come? Maximum marginal likelihood.

    The counts are beta-binomial; the likelihood is maximised over the mean and the strength. The
    strength is at least 1 and at most the number of all households: where places differ no more
    than by chance the likelihood has no maximum, and the usual share is known no better than from
    all of them together.

    Args:
        counted, out_of: per place; places with nobody are left out.

    Raises:
        ValueError: fewer than two places have somebody.

    Source: B. P. Carlin and T. A. Louis (2000), "Bayes and Empirical Bayes Methods for Data
    Analysis", 2nd ed., section 3.3 (beta-binomial).
    """
    y, n = np.asarray(counted, dtype=float), np.asarray(out_of, dtype=float)
    y, n = y[n > 0], n[n > 0]
    if len(n) < 2:
        raise ValueError("a prior needs at least two places")

    def cost(theta: NDArray[np.float64]) -> float:
        m, s = float(expit(theta[0])), float(np.exp(theta[1]))
        return -float(np.sum(betaln(y + m * s, n - y + (1 - m) * s) - betaln(m * s, (1 - m) * s)))

    middle = float(np.clip(y.sum() / n.sum(), 1e-3, 1 - 1e-3))
    low, high = np.log(_WEAKEST), np.log(max(float(n.sum()), _WEAKEST + 1))
    best = min(
        (
            minimize(
                cost,
                np.array([np.log(middle / (1 - middle)), start]),
                method="L-BFGS-B",
                bounds=[(-9, 9), (low, high)],
            )
            for start in np.log([3.0, 30.0, 3000.0])
        ),
        key=lambda found: float(found.fun),
    )
    return Prior(float(expit(best.x[0])), float(np.exp(best.x[1])))


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Posterior share per place: mean, 95 % interval, and the weight of the place's own data."""

    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    own_weight: NDArray[np.float64]


def shrink(counted: ArrayLike, out_of: ArrayLike, prior: Prior) -> Shrunk:
    """The share of each place, pulled towards the usual one the more the fewer its households.

    Posterior Beta(a + y, b + n − y); its mean is w·y/n + (1 − w)·mean with w = n/(n + a + b).
    The interval takes the prior as known, so it is a little narrow when there are few places.

    Args:
        counted, out_of: per place; one with nobody gets the prior.
    """
    y, n = np.asarray(counted, dtype=float), np.asarray(out_of, dtype=float)
    a, b = prior.shape
    after = beta(a + y, b + n - y)
    return Shrunk(
        (a + y) / (a + b + n), after.ppf(0.025), after.ppf(0.975), n / (n + prior.strength)
    )
