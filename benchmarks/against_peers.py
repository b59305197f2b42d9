"""The packaging deal's walkaway of the discount, by what a user would pick instead.

Each program draws the same inputs, values the same deal and finds the discount at which the deal beats no deal
nine times in ten, with a standard error. Independent draws, but for the library's Sobol' points. Each runs in a
process of its own, one after another, on one thread; medians of the repetitions, in processor seconds. Each answer
is checked to agree with the library's within five standard errors.

Run: ``make bench``, or ``python benchmarks/against_peers.py --repeat 5``.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import walkaway_sim as ws
from peers.break_even import Answer
from ratio import timed
from walkaway_sim.examples import example_path
from walkaway_sim.sampling.plan import DesignName

HERE = Path(__file__).parent
TARGETS = (0.0005, 0.00005)
"""Standard errors of the walkaway: 0.05 and 0.005 percentage points."""


POINTS = 2**10
"""The least points of a randomisation of Sobol' points that give no warning."""


def library_walkaway(design: DesignName, smooth: bool, n: int, seed: int) -> Answer:
    """Return the walkaway of the discount by the library; with the no-deal value integrated out, or not."""
    deal = ws.read_deal(_deal_file())
    sim = ws.simulate(
        deal, n, design, rng=seed, n_randomisations=_randomisations(smooth=smooth), max_memory=2**31
    )
    found = ws.walkaway(sim, ws.ChanceRule(0.9), conditional=smooth)["discount"]
    return Answer(found.estimate, found.standard_error)


def _randomisations(*, smooth: bool) -> int:
    """Return how many randomisations a run takes: means of a smooth chance are so near to normal that 8 will do."""
    return 8 if smooth else 16


@lru_cache(maxsize=1)
def _deal_file() -> Path:
    """Return a file of the packaging deal with the discount alone negotiated, as in the other programs."""
    deal = ws.read_deal(example_path("packaging"))
    recipe = dict(deal.recipe or {})
    fixed = {term.name: term.proposed for term in deal.terms if term.name != "discount"}
    recipe |= {"terms": deal.terms[:1], "fixed_terms": recipe["fixed_terms"] | fixed}
    path = Path(tempfile.mkdtemp()) / "packaging.toml"
    ws.write_deal(ws.supply_agreement(**recipe), path)
    return path


def programs() -> dict[str, tuple[Callable[[int, int], Answer], int, int]]:
    """Return each program, the draws that it is timed at, and the lines of code that its user writes."""
    from peers import by_hand, with_monaco, with_openturns, with_squigglepy

    library_lines = 3  # read_deal, simulate, walkaway; and the deal file
    deal_file = _lines(example_path("packaging").read_text(encoding="utf-8"))
    careful = _lines((HERE / "careful_numpy.py").read_text(encoding="utf-8"))

    def user(name: str, start: str = "--- user code begins") -> int:
        text = (HERE / "peers" / f"{name}.py").read_text(encoding="utf-8")
        return _lines(text[text.index(start) :].split("user code ends")[0])

    matrices = user("by_hand", "--- matrices: user code begins")
    return {
        "walkaway-sim, smooth": (partial(library_walkaway, "sobol", True), 2**16, library_lines + deal_file),
        "walkaway-sim, sobol": (partial(library_walkaway, "sobol", False), 2**16, library_lines + deal_file),
        "walkaway-sim, random": (
            partial(library_walkaway, "random", False),
            2**16,
            library_lines + deal_file,
        ),
        "careful NumPy": (by_hand.careful_walkaway, 2**16, careful),
        "NumPy, months x draws": (by_hand.matrix_walkaway, 2**16, matrices + 60),
        "squigglepy": (with_squigglepy.squigglepy_walkaway, 2**16, careful - 60 + user("with_squigglepy")),
        "OpenTURNS": (with_openturns.openturns_walkaway, 2**16, careful - 60 + user("with_openturns")),
        "monaco": (with_monaco.monaco_walkaway, 2**11, careful - 60 + user("with_monaco")),
    }


def _peak_megabytes() -> float:
    """Return the most memory that this process has held; what `getrusage` says is inherited from its parent."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _lines(text: str) -> int:
    """Count the lines that are neither blank nor comments."""
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in text.splitlines())


def seconds_to(
    target: float, solve: Callable[[int, int], Answer], name: str, n: int, seconds: float
) -> float:
    """Return the processor seconds to a standard error: measured for Sobol' points, and by the root elsewhere."""
    if not name.endswith(("sobol", "smooth")):
        return seconds * (solve(n, 7).standard_error / target) ** 2
    size = POINTS * _randomisations(smooth=name.endswith("smooth"))
    while size <= 2**23:
        if solve(size, 7).standard_error <= target:
            return statistics.median(timed(partial(solve, size, 7)) for _ in range(5 if size < 2**20 else 1))
        size *= 2
    return math.inf


def measured(name: str, repeat: int) -> dict[str, Any]:
    """Return what one program takes and finds; for a process of its own, as no other program left it."""
    solve, n, _ = programs()[name]
    found = solve(n, 7)  # imports, and tables that are made once
    peak = _peak_megabytes()
    seconds = statistics.median(timed(partial(solve, n, 7)) for _ in range(repeat))
    reach = [seconds_to(target, solve, name, n, seconds) for target in TARGETS]
    return {"seconds": seconds, "reach": reach, "peak": peak, "found": [found.walkaway, found.standard_error]}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    if given.only:
        print(json.dumps(measured(given.only, given.repeat)))
        return
    truth = library_walkaway("sobol", True, 2**20, 11)
    head = (
        "draws a second",
        "to 0.05 points [s]",
        "to 0.005 points [s]",
        "peak [MB]",
        "lines",
        "off by [s.e.]",
    )
    print(f"{'':24s}" + "".join(f"{one:>21s}" for one in head))
    for name, (_, n, lines) in programs().items():
        command = [sys.executable, __file__, "--only", name, "--repeat", str(given.repeat)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        one = json.loads(done.stdout.splitlines()[-1])
        estimate, error = one["found"]
        off = (estimate - truth.walkaway) / math.hypot(error, truth.standard_error)
        print(
            f"{name:24s}{n / one['seconds']:21,.0f}{one['reach'][0]:21.3f}{one['reach'][1]:21.2f}"
            f"{one['peak']:21.0f}{lines:21d}{off:21.1f}",
            flush=True,
        )
        if abs(off) > 5.0:
            raise SystemExit(f"{name} does not agree")


if __name__ == "__main__":
    main()
