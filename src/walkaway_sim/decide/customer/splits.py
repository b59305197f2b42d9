"""How theory would split a zone of agreement: Nash's bargain and Rubinstein's offers in turn."""

from __future__ import annotations

from dataclasses import dataclass

from walkaway_sim._checks import check_finite, check_in
from walkaway_sim.errors import InputError

__all__ = ["NashSplit", "nash_split", "rubinstein_split"]


@dataclass(frozen=True, slots=True)
class NashSplit:
    """The bargain of Nash. Made by `nash_split`.

    Attributes
    ----------
    price : float
        At which the two sides meet [unit of the reservations].
    supplier, customer : float
        What each gains against its own reservation [same unit].
    """

    price: float
    supplier: float
    customer: float


def nash_split(supplier: float, customer: float, power: float = 0.5) -> NashSplit:
    """Return the price that maximises the product of the two sides' gains.

    Parameters
    ----------
    supplier : float
        The lowest price that the supplier would take [currency]; 0 where `customer` is the width of the zone.
    customer : float
        The highest price that the customer would pay [currency].
    power : float
        The supplier's bargaining power, from 0 to 1; one half for sides that are alike.

    Returns
    -------
    NashSplit

    Raises
    ------
    InputError
        There is no overlap.

    Notes
    -----
    Maximises ``(x - s)^power (c - x)^(1 - power)``: ``x = s + power (c - s)`` (Nash 1950, Econometrica 18, 155-162;
    with unequal powers Roth 1979). For a term whose concession raises it, swap the signs.

    Examples
    --------
    >>> nash_split(60, 80).price
    70.0
    """
    low, high = check_finite("supplier", supplier), check_finite("customer", customer)
    share = check_in("power", power, 0.0, 1.0)
    if low > high:
        raise InputError(
            f"no overlap: the customer pays at most {high:g} and the supplier takes at least {low:g}, so there is "
            "nothing to split"
        )
    width = high - low
    return NashSplit(low + share * width, share * width, (1.0 - share) * width)


def rubinstein_split(delta_first: float, delta_second: float) -> float:
    """Return the share of the zone that the side gets which makes the first offer, where offers alternate.

    Parameters
    ----------
    delta_first, delta_second : float
        What the first and the second side still think an agreement worth one round later, as a share of the same
        agreement now; from 0 to below 1.

    Returns
    -------
    float
        Its share. The more patient side gets more, and the first has an edge.

    Raises
    ------
    InputError
        A factor outside its range.

    Notes
    -----
    The unique subgame-perfect share ``(1 - d2)/(1 - d1 d2)`` (Rubinstein 1982, Econometrica 50, 97-109). As rounds
    get short it becomes Nash's, with powers by patience (Binmore, Rubinstein and Wolinsky 1986).

    Examples
    --------
    >>> round(rubinstein_split(0.9, 0.9), 3)
    0.526
    """
    first = check_in("delta_first", delta_first, 0.0, 1.0)
    second = check_in("delta_second", delta_second, 0.0, 1.0)
    if max(first, second) >= 1.0:
        raise InputError(
            f"delta_first and delta_second must lie below 1: who loses nothing by waiting never agrees; got {first:g} "
            f"and {second:g}"
        )
    return (1.0 - second) / (1.0 - first * second)
