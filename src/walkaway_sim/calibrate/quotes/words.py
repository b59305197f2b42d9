"""What a reader of a win curve must be told."""

from __future__ import annotations

from walkaway_sim.calibrate.quotes.endogeneity import Endogeneity
from walkaway_sim.calibrate.quotes.rows import Missing, RowReport
from walkaway_sim.inputs.links import LinkName

__all__ = ["CANNOT_TELL", "QuoteWarning", "rows_in_words", "warnings_of"]


class QuoteWarning(UserWarning):
    """Quotes from which a win curve may mislead."""


CANNOT_TELL = (
    "No test on quotes alone rules out that prices were set knowing the customer; prices varied at random would. "
    "A quote lost for another reason than its price counts as one that was too dear."
)


def warnings_of(
    endogeneity: Endogeneity, rows: RowReport, separated: tuple[str, ...], link: LinkName
) -> tuple[str, ...]:
    """Return the warnings, one text a kind."""
    moved = link == "logit"
    out = []
    if endogeneity.signs:
        out.append(
            f"prices look set knowing the customer: {'; '.join(endogeneity.signs)}. A win rate by price would "
            "mislead, and this curve may still: compare it with quotes whose price was varied on purpose"
        )
    out += [_recorded_on_one_side(one, moved) for one in rows.one_sided]
    if separated:
        out.append(
            f"won and lost quotes are separated along {', '.join(separated)}: the estimates are finite only by "
            "their penalty, and their intervals are rough"
        )
    return tuple(out)


def _recorded_on_one_side(one: Missing, moved: bool) -> str:
    text = (
        f"column {one.column!r} is empty on {_share(one.won_missing, one.won)} of the quotes won and "
        f"{_share(one.lost_missing, one.lost)} of those lost (p = {one.p_value:.2g}): what is recorded only where a "
        "deal was serious is not missing by chance. Nothing was filled in; "
    )
    if one.own_case:
        return text + "quotes without one have a slope of their own"
    if moved:
        return text + (
            "the curve was moved to hold for all quotes, as if what is recorded had nothing to do with the price "
            "among the won and among the lost"
        )
    return (
        text + "win chances are those of the quotes recorded, and off for all quotes; link='logit' moves them"
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "none"


def rows_in_words(rows: RowReport) -> str:
    """Return one sentence on what was used and what was not."""
    text = f"{rows.used:,} of {rows.given:,} rows used"
    if rows.dropped:
        text += "; left out: " + ", ".join(
            f"{one.count:,} with {one.reason} ({one.rows})" for one in rows.dropped
        )
    if rows.duplicates:
        text += f"; {rows.duplicates:,} repeat an earlier row and are kept ({rows.duplicate_rows})"
    return text + "."
