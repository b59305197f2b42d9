"""What a fit says: the families in order, the distribution to use, and what else could be true."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._checks import check_probability
from walkaway_sim._typing import FloatArray
from walkaway_sim.calibrate.fitting.candidates import Candidate
from walkaway_sim.calibrate.fitting.sample import Sample
from walkaway_sim.calibrate.fitting.snippet import snippet
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.families import NamedFamily

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Fit", "quantiles"]


@dataclass(frozen=True, slots=True, repr=False)
class Fit:
    """A column, fitted. Made by `fit`.

    Attributes
    ----------
    name, unit, owner, as_of : str
        Of the quantity.
    family : str
        What is recommended: a family, or ``"metalog"`` or ``"empirical"`` where none fits.
    distribution : Distribution
        The recommended one [unit of the column].
    plausible : tuple of Distribution
        What could be true as well, each as likely as the next. Of the families that are not rejected, each has its
        share: alike where the data do not tell them apart, by Akaike's weights else; in the order of no family, so
        that the first of them are a sample of all.
    candidates : tuple of Candidate
        Every family that was tried, the best by AICc first, with its share of the plausible distributions.
    goodness : float
        p-value of the goodness of fit of the recommended family; where none fits, of the best one. NaN with
        lower bounds.
    nothing_fits : bool
        Whether every family that could be tested was rejected at `level`.
    level : float
    sample : Sample
        The observations used, and the rows dropped by reason.
    notes : tuple of str
        What a reader should know.
    source : str
        Where the column comes from, how many rows were used and how many dropped, and the family.
    """

    name: str
    unit: str
    owner: str
    as_of: str
    family: str
    distribution: Distribution
    plausible: tuple[Distribution, ...]
    candidates: tuple[Candidate, ...]
    goodness: float
    nothing_fits: bool
    level: float
    sample: Sample
    notes: tuple[str, ...]
    source: str

    @property
    def dropped(self) -> dict[str, int]:
        """Rows left out, by reason."""
        return {reason: len(rows) for reason, rows in self.sample.dropped.items()}

    @property
    def n(self) -> float:
        """Observations: rows used, or the sum of their weights."""
        return self.sample.n

    @property
    def reach(self) -> float:
        """Chance of the rarest quantile, in either tail, of which the sample speaks: once in as many observations.

        A quantile beyond rests on the family alone.
        """
        return 1.0 / self.sample.n

    @property
    def shares(self) -> dict[str, float]:
        """Share of each family in the plausible distributions, the largest first; empty where no family fits."""
        shares = {one.family: one.share for one in self.candidates if one.share > 0.0}
        return dict(sorted(shares.items(), key=lambda item: -item[1]))

    @property
    def conclusion(self) -> str:
        """The recommendation in one sentence."""
        what = self.name or "the column"
        if self.nothing_fits:
            return f"{what}: no family fits; {self.distribution} describes it"
        tested = "" if math.isnan(self.goodness) else f", goodness of fit p = {self.goodness:.2g}"
        return f"{what}: {_short(self.distribution)}{tested}"

    def input(self) -> Input:
        """Return the input of a deal: the distribution, what else is plausible, and where it comes from.

        Returns
        -------
        Input
        """
        return Input(
            self.distribution,
            unit=self.unit,
            owner=self.owner,
            source=self.source,
            as_of=self.as_of,
            plausible=self.plausible,
        )

    def snippet(self, n_plausible: int = 100) -> str:
        """Return the input as TOML, to paste into a deal file.

        Parameters
        ----------
        n_plausible : int, default 100
            How many of the plausible distributions are written, as columns of parameters.

        Returns
        -------
        str
        """
        return snippet(self.name or "NAME", self.input(), n_plausible)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per family, the best by AICc first.

        Returns
        -------
        DataFrame
            Indexed by family: ``n_parameters``, ``log_likelihood``, ``aicc``, ``delta`` (AICc above the best),
            ``weight`` (Akaike's), ``share`` (of the plausible distributions), ``goodness`` (p-value, NaN where not
            tested), and ``distribution`` as it is written. Where the search failed the figures are NaN.
        """
        import pandas as pd

        aicc = np.array([one.aicc for one in self.candidates])
        delta = aicc - aicc.min()
        likelihood = np.exp(-0.5 * delta)
        rows = [
            {
                "n_parameters": one.n_parameters,
                "log_likelihood": one.log_likelihood,
                "aicc": one.aicc if one.distribution is not None else math.nan,
                "delta": above if one.distribution is not None else math.nan,
                "weight": weight,
                "share": one.share,
                "goodness": one.goodness,
                "distribution": "did not converge" if one.distribution is None else _short(one.distribution),
            }
            for one, above, weight in zip(self.candidates, delta, likelihood / likelihood.sum(), strict=True)
        ]
        index = pd.Index([one.family for one in self.candidates], name="family")
        return pd.DataFrame(rows, index=index)

    def figures(self, confidence_level: float = 0.9) -> pd.DataFrame:
        """Return mean, standard deviation and quantiles with the intervals that `plausible` gives them.

        Parameters
        ----------
        confidence_level : float, default 0.9
            Of each interval; what it covers is calibration error.

        Returns
        -------
        DataFrame
            Indexed by figure: ``estimate``, ``low``, ``high`` [unit of the column].
        """
        import pandas as pd

        level = check_probability("confidence_level", confidence_level, open_ends=True)
        chances = (0.05, 0.25, 0.5, 0.75, 0.95)
        names = ["mean", "sd", *(f"P{100 * chance:g}" for chance in chances)]

        def figures_of(law: Distribution) -> list[float]:
            return [law.mean(), law.std(), *quantiles(law, np.array(chances)).tolist()]

        ends = [0.5 * (1.0 - level), 0.5 * (1.0 + level)]
        each = np.array([figures_of(law) for law in self.plausible])
        # Between two infinite ones no quantile can be interpolated.
        low, high = np.quantile(each, ends, axis=0, method="closest_observation")
        columns = {"estimate": figures_of(self.distribution), "low": low, "high": high}
        return pd.DataFrame(columns, index=pd.Index(names, name="figure"))

    def __repr__(self) -> str:
        return f"Fit({self.conclusion}; {self.sample.used()})"

    def _repr_html_(self) -> str:
        from html import escape

        left_out = [f"Left out: {self.sample.left_out()}"] if self.dropped else []
        notes = "".join(f"<li>{escape(note)}</li>" for note in (self.sample.used(), *left_out, *self.notes))
        return f"<p>{escape(self.conclusion)}</p>{self.to_frame().to_html()}<ul>{notes}</ul>"


def quantiles(law: Distribution, chance: FloatArray) -> FloatArray:
    """Return a few quantiles of one distribution among many, for which setting up fast inversion does not pay.

    Parameters
    ----------
    law : Distribution
    chance : ndarray, shape (m,)

    Returns
    -------
    ndarray, shape (m,)
    """
    return law._exact(chance) if isinstance(law, NamedFamily) else law.ppf(chance)


def _short(law: Distribution) -> str:
    figures = [f"{value:.5g}" for key, value in law.spec().items() if key != "kind"]
    return f"{law.kind}({', '.join(figures)})"
