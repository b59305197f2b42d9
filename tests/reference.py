"""Published and certified numbers, from `reference_cases.json` beside this file."""

import json
from pathlib import Path
from typing import Any

_CASES = {
    found["id"].split("_")[0]: found
    for found in json.loads(Path(__file__).with_name("reference_cases.json").read_text(encoding="utf-8"))
}


def case(name: str) -> dict[str, Any]:
    """The case with an id such as ``E01``."""
    return _CASES[name]


def agrees(found: float, exact: float, tolerance: float) -> bool:
    """The comparison that the cases prescribe."""
    return abs(found - exact) <= tolerance * max(1.0, abs(exact))
