"""A win curve as its reader sees it: coefficients, win chances, and the reservation price that it implies."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from walkaway_sim._checks import nearest
from walkaway_sim.calibrate.central import central_interval
from walkaway_sim.calibrate.quotes.design import MEANINGS, Context
from walkaway_sim.calibrate.quotes.endogeneity import Endogeneity, Slope
from walkaway_sim.calibrate.quotes.implied import implied_reservation
from walkaway_sim.calibrate.quotes.model import WinModel
from walkaway_sim.calibrate.quotes.pictured import Picture
from walkaway_sim.calibrate.quotes.rows import Columns, RowReport, read_prices
from walkaway_sim.calibrate.quotes.words import CANNOT_TELL, rows_in_words, warnings_of
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.entry import Input

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Coefficient", "WinCurve", "table_of"]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One parameter of a win curve, on the scale of the score, with the interval of calibration error."""

    name: str
    estimate: float
    low: float
    high: float
    standard_error: float
    meaning: str


def table_of(
    model: WinModel, columns: Columns, confidence_level: float, uncertainty: str
) -> tuple[Coefficient, ...]:
    """List the parameters; intervals are normal, or quantiles of the refits."""
    at = model.estimates.coefficients
    names = list(model.design.names)
    if model.estimates.sd > 0:
        names.append("customer_sd")
        at = np.append(at, np.log(model.estimates.sd))
    if uncertainty == "bootstrap":
        error = model.draws.std(axis=0, ddof=1)
        low, high = central_interval(model.draws, confidence_level)
    else:
        error = np.sqrt(np.diag(model.estimates.covariance))
        half = special.ndtri(0.5 + 0.5 * confidence_level) * error
        low, high = at - half, at + half
    out = []
    for name, *numbers in zip(names, at.tolist(), low.tolist(), high.tolist(), error.tolist(), strict=True):
        estimate, least, most, se = numbers
        if name == "customer_sd":  # fitted by its logarithm
            estimate, least, most = np.exp([estimate, least, most]).tolist()
            se *= estimate
        meaning = MEANINGS[name].format(scale=repr(columns.scale) if columns.scale else "1")
        out.append(Coefficient(name, estimate, least, most, se, meaning))
    return tuple(out)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WinCurve:
    """The chance to win a quote by its price. Made by `fit_win_curve`.

    Attributes
    ----------
    columns : Columns
    model : WinModel
        Design, estimates, draws and customers, for who wants to look inside.
    coefficients : tuple of Coefficient
        A win chance is the link of their sum; prices enter by logarithms.
    confidence_level : float
    uncertainty : str
    rows : RowReport
        What was used, left out, repeated, and missing by outcome.
    endogeneity : Endogeneity
        Signs that prices were set knowing the customer.
    separated : tuple of str
        Columns along which won and lost quotes are separated.
    picture : Picture
        The curve over prices, with the isotonic curve and the win rates beside it.
    notes : tuple of str
        What was left out of the model, and why.
    seed : int
        From which the draws of each customer's effect come.
    """

    columns: Columns
    model: WinModel
    coefficients: tuple[Coefficient, ...]
    confidence_level: float
    uncertainty: str
    rows: RowReport
    endogeneity: Endogeneity
    separated: tuple[str, ...]
    picture: Picture
    notes: tuple[str, ...]
    seed: int

    def __getitem__(self, name: str) -> Coefficient:
        for one in self.coefficients:
            if one.name == name:
                return one
        known = [one.name for one in self.coefficients]
        raise KeyError(f"no coefficient {name!r}{nearest(name, known)}. Known: {', '.join(known)}")

    @property
    def rise_over_cut(self) -> Slope | None:
        """How many times as much a rise weighs as a cut; None where they share a slope or a cut does not help."""
        names = self.model.design.names
        if "rise" not in names or self["cut"].estimate >= 0:
            return None
        (rise, rises), (cut, cuts) = self.model.slope("rise"), self.model.slope("cut")
        # By angle, so that a cut's slope near zero on some draws gives a large ratio and not one of the wrong sign.
        low, high = np.tan(central_interval(np.arctan2(-rises, -cuts), self.confidence_level))
        return Slope(rise / cut, float(low), float(high) if high > low else float("inf"))

    @property
    def label(self) -> str:
        """A label that inputs from this fit share."""
        parts = self.model.estimates.coefficients.tobytes() + self.seed.to_bytes(8, "big")
        return f"win curve {hashlib.sha256(parts).hexdigest()[:8]}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was warned of."""
        return warnings_of(self.endogeneity, self.rows, self.separated, self.model.link)

    @property
    def note(self) -> str:
        """What stands under every table of the curve."""
        warned = " ".join(f"Warning: {one}." for one in self.warnings)
        notes = " ".join(f"{one}." for one in self.notes)
        level = f"Intervals at {100 * self.confidence_level:g}% cover calibration error."
        return " ".join(
            part for part in (rows_in_words(self.rows), level, notes, warned, CANNOT_TELL) if part
        )

    def predict(self, quotes: pd.DataFrame) -> pd.DataFrame:
        """Win chances of quotes.

        Parameters
        ----------
        quotes : DataFrame
            With the columns that the fit was given, but for the outcome. A customer not in the history is taken as
            any customer: the chance is averaged over them, and over the usual rises and cuts that it could have,
            and its usual price is taken to be its last one.

        Returns
        -------
        DataFrame
            With the index of `quotes`: ``win_chance`` and the ends of its interval, ``low`` and ``high``. NaN where
            a price, a scale or a quantity is missing; an empty last price is a quote without one.

        Raises
        ------
        InputError
            A column is missing or cannot be read.

        Notes
        -----
        The chance is that at a price set without knowing more of the customer than the columns say.
        """
        import pandas as pd

        from walkaway_sim.calibrate.quotes.cells import column_of

        if not isinstance(quotes, pd.DataFrame):
            raise InputError(
                f"quotes must be a pandas DataFrame with one row a quote, got {type(quotes).__name__}"
            )
        values = read_prices(quotes, self.columns)
        n = len(quotes)
        usual = self.model.usual_of(values["reference"], values["scale"])
        effect, effect_sd = np.zeros(n), np.full(n, np.nan)
        if self.columns.customer:
            for row, name in enumerate(column_of(quotes, "customer", self.columns.customer)):
                known = self.model.customers.get(name)
                if known is not None:
                    usual[row], effect[row], effect_sd[row] = known.usual, known.effect, known.effect_sd
        context = Context(values["reference"], values["scale"], values["quantity"], usual)
        found = self.model.intervals(values["price"], context, effect, effect_sd, self.confidence_level)
        return pd.DataFrame(dict(zip(("win_chance", "low", "high"), found, strict=True)), index=quotes.index)

    def reservation_price(
        self,
        *,
        reference: float | None = None,
        cost: float | None = None,
        list_price: float | None = None,
        quantity: float | None = None,
        customer: Hashable | None = None,
        first_quote: bool = False,
        unit: str = "",
        owner: str = "",
        as_of: str = "",
    ) -> Input:
        """Return the price at which the customer turns away, as an input of a deal.

        Parameters
        ----------
        reference : float, optional
            The last price paid [currency per unit]. By default as far from the scale as the median quote's.
        cost, list_price : float, optional
            The scale, whichever the fit has [currency per unit]. By default as far from the last price as the median
            quote's, or the median of the scale.
        quantity : float, optional
            By default the median.
        customer : optional
            A customer in the history: its own effect, whose error is calibration error. By default any customer: the
            spread between customers is then part of the distribution.
        first_quote : bool
            Whether the customer has paid no price before, though others have.
        unit, owner, as_of : str, optional
            Handed on to the input.

        Returns
        -------
        Input
            Its `plausible` distributions are what other sets of parameters imply, each as likely as the next. Those
            under which the win chance does not fall with the price, and from which no reservation price follows, are
            replaced by others of the same fit; more than one in ten of them warns.

        Raises
        ------
        InputError
            The win chance does not fall with the price; the customer is not in the history; a figure is not above 0,
            or is one that the fit does not have.

        Warns
        -----
        QuoteWarning
            Much of the distribution lies beyond the prices that were quoted, or many draws had to be replaced.

        Notes
        -----
        A quote won at p says that the reservation price is at least p, so its upper tail is the win curve: for a
        logit link log-logistic with location ``-b0/b1`` and scale ``1/|b1|`` in log price, for a probit link
        lognormal, with a kink at the last price where rises and cuts have slopes of their own.
        """
        given = {"reference": reference, "cost": cost, "list_price": list_price, "quantity": quantity}
        found = implied_reservation(self.model, self.columns, given, customer, first_quote, self.seed)
        return Input(
            found.law,
            unit=unit,
            owner=owner,
            source=f"win curve of {self.rows.used:,} quotes; {100 * found.beyond:.0f}% beyond the prices quoted",
            as_of=as_of,
            plausible=found.plausible,
            fitted_with=self.label,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per coefficient. ``attrs["note"]`` has the note.

        Columns: estimate, low, high, standard_error, meaning.
        """
        import pandas as pd

        rows = [
            {
                "estimate": one.estimate,
                "low": one.low,
                "high": one.high,
                "standard_error": one.standard_error,
                "meaning": one.meaning,
            }
            for one in self.coefficients
        ]
        frame = pd.DataFrame(
            rows, index=pd.Index([one.name for one in self.coefficients], name="coefficient")
        )
        frame.attrs["note"] = self.note
        return frame

    def __repr__(self) -> str:
        return f"{self.to_frame().to_string()}\n{self.note}"

    def _repr_html_(self) -> str:
        from html import escape

        return f"{self.to_frame().to_html()}<p>{escape(self.note)}</p>"
