"""The other side of the table: what the customer can accept, and what its yes says about the deal."""

from walkaway_sim.decide.customer.agreement import ZoneOfAgreement, zone_of_agreement
from walkaway_sim.decide.customer.customer import Customer
from walkaway_sim.decide.customer.given_yes import GivenYes, assess_given_yes
from walkaway_sim.decide.customer.indifference import IndifferencePrices, indifference_prices
from walkaway_sim.decide.customer.offer import BestOffer, best_offer
from walkaway_sim.decide.customer.splits import NashSplit, nash_split, rubinstein_split
from walkaway_sim.decide.customer.walkaway_given_yes import WalkawayGivenYes, walkaway_given_yes

__all__ = [
    "BestOffer",
    "Customer",
    "GivenYes",
    "IndifferencePrices",
    "NashSplit",
    "WalkawayGivenYes",
    "ZoneOfAgreement",
    "assess_given_yes",
    "best_offer",
    "indifference_prices",
    "nash_split",
    "rubinstein_split",
    "walkaway_given_yes",
    "zone_of_agreement",
]
