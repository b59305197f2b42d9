"""Find and list the example deals."""

from __future__ import annotations

from pathlib import Path

from walkaway_sim._checks import check_one_of

__all__ = ["EXAMPLES", "example_path"]

EXAMPLES = {
    "packaging": "Cartons to a food producer, 36 months: the main example.",
    "freight": "Pallets for a distributor who asks for five deliveries a week, 24 months.",
    "managed_service": "A service desk for a council, 36 months, where everything goes wrong together.",
}
"""Name and description of each example deal file."""


def example_path(name: str) -> Path:
    """Return where the example deal file `name` lies.

    Raises
    ------
    InputError
        No example has that name; the nearest is suggested.
    """
    check_one_of("name of an example", name, EXAMPLES)
    return Path(__file__).with_name(f"{name}.toml")
