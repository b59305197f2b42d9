"""The names of the checks that every result carries, so that a deal can dismiss one with a reason."""

from __future__ import annotations

__all__ = ["CHECK_NAMES"]

CHECK_NAMES: dict[str, str] = {
    "risk_adjusted_rate": "a risk-adjusted discount rate together with a rule that carries the risk",
    "need_to_win_with_strategic": "the posture need to win together with a strategic value",
    "buffer_with_risk_rule": "a buffer together with a rule that carries the risk",
    "no_deal_is_zero": "a deal without an alternative, which is then worth nothing",
    "overheads_on_one_side": "a fixed cost that is charged to walking away only",
    "renewal_with_strategic": "a renewal together with a strategic value that may name it",
    "real_with_nominal": "a real rate with nominal inflations, or the other way round",
    "average_guarantee": "a guarantee that the average on-time rate keeps and single months do not",
    "guarantee_not_stated": "a guarantee of which the file does not say what is measured, and how",
    "responses_assumed_zero": "a negotiated term whose response of the customer is taken as zero",
    "term_length_no_deal": "a negotiated length of the agreement with a no-deal value that does not follow it",
    "stock_with_stranded_cost": "stock that an early end leaves together with a stranded cost",
    "proposal_past_policy": "a proposed term beyond its own policy limit",
    "proposal_past_authority": "a proposed term beyond what anybody may sign",
    "concession_unusual": "a term whose concession points the other way than the clause usually does",
    "rate_beyond_custom": "a yearly rate above 1, which is more than 100% a year",
    "risk_hardly_drawn": "a risk so rare that hardly any draw has it",
    "heavy_losses": "losses with so heavy a tail that their mean rests on a few draws",
    "inputs_without_owner": "inputs of which nobody answers for the figures, or without a source",
}
"""What each check warns of."""
