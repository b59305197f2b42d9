"""The customer's side, from quotes that were won and lost."""

from walkaway_sim.calibrate.quotes.result import WinCurve
from walkaway_sim.calibrate.quotes.win_curve import fit_win_curve
from walkaway_sim.calibrate.quotes.words import QuoteWarning

__all__ = ["QuoteWarning", "WinCurve", "fit_win_curve"]
