"""What a reader should know of the family that was chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence

from walkaway_sim.calibrate.fitting.candidates import Candidate
from walkaway_sim.calibrate.fitting.sample import Sample
from walkaway_sim.calibrate.fitting.several import TOLD_APART
from walkaway_sim.inputs.base import Distribution

__all__ = ["about_choice"]

_DEEPEST = 0.01
"""The rarest quantile that decisions commonly ask for: a sample that reaches further needs no word on it."""


def about_choice(
    ranked: Sequence[Candidate],
    chosen: Candidate,
    law: Distribution,
    plausible: Sequence[Distribution],
    sample: Sample,
    level: float,
) -> list[str]:
    """Return notes on the chosen family, its rivals and what is plausible."""
    notes = []
    # A family with a p-value above the level is left out for another reason, which is noted apart.
    if chosen.family != ranked[0].family and ranked[0].goodness < level:
        notes.append(
            f"{ranked[0].family} has the better AICc, but does not fit (p = {ranked[0].goodness:.2g})"
        )
    close = [
        one.family
        for one in ranked
        if one.family != chosen.family and one.share > 0.0 and one.aicc - chosen.aicc <= TOLD_APART
    ]
    if close:
        notes.append(f"the data hardly tell {chosen.family} from {', '.join(close)}")
    shares = {one.family: one.share for one in ranked if one.share > 0.0}
    if len(shares) > 1:
        listed = ", ".join(f"{100 * share:.3g}% {family}" for family, share in shares.items())
        notes.append(
            "the plausible distributions are of several families, alike of those that the data hardly tell apart, of "
            f"others by Akaike's weights: {listed}; name one family to take it as known"
        )
    if 1.0 / sample.n > _DEEPEST:
        notes.append(
            f"{sample.n:.4g} observations reach to the {100 / sample.n:.2g}% and {100 - 100 / sample.n:.3g}% points: a "
            "quantile beyond the sample's reach rests on the family alone, and is covered less often than stated"
        )
    if sample.censored is not None:
        notes.append(
            "with lower bounds there is no test of the fit: compare it with the Kaplan-Meier curve in plot_fit"
        )
    if not math.isfinite(law.mean()):
        notes.append(
            "its mean is infinite: rules that need one will refuse; cap the quantity or name families"
        )
    elif endless := sum(not math.isfinite(one.mean()) for one in plausible):
        notes.append(
            f"{endless} of the {len(plausible)} plausible distributions have an infinite mean; if the quantity cannot "
            "be so large, cap it or name families"
        )
    return notes
