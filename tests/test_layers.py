"""The house: imports point down, files stay short, and the front door is light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "walkaway_sim"
FILES = sorted(PACKAGE.rglob("*.py"))
FLOORS = {
    "errors": 0, "_typing": 0, "_checks": 0, "_files": 0, "_seeds": 0,
    "inputs": 1,
    "calibrate": 1,
    "sampling": 2,
    "deal": 3,
    "simulation": 4,
    "decide": 5,
    "present": 6,
    "cli": 7, "cli_backtest": 7, "cli_calibrate": 7, "cli_table": 7,
    "examples": 7,  # they are written as a user would
}  # fmt: skip


def name_of(file):
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts)


def imported(tree, package):
    """Every module of the package that a file imports anywhere in it, functions included."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join(part for part in (*up, base) if part)
            # `from walkaway_sim import decide` imports a floor by its name.
            found += [(f"{base}.{alias.name}", node.lineno) for alias in node.names]
    return [(name, line) for name, line in found if name.split(".")[0] == "walkaway_sim"]


def faults(source, file_name, package):
    own = file_name.split(".")[0]
    out = []
    for name, line in imported(ast.parse(source), package):
        parts = name.split(".")
        target = parts[1] if len(parts) > 1 else ""
        if target not in FLOORS and FLOORS[own] == max(FLOORS.values()):
            continue  # who stands outside may come in by the front
        if target not in FLOORS:
            out.append(f"{file_name}:{line} imports the package's own front door: {name}")
        elif FLOORS[target] > FLOORS[own]:
            out.append(f"{file_name}:{line} is on floor {FLOORS[own]} and reaches up to {name}")
    return out


# The front door hands on the names of every floor, lazily.
@pytest.mark.parametrize("file", [file for file in FILES if file != PACKAGE / "__init__.py"], ids=name_of)
def test_imports_point_down(file):
    own = name_of(file)
    package = ".".join(("walkaway_sim", *file.relative_to(PACKAGE).parts[:-1]))
    assert own.split(".")[0] in FLOORS, f"{own}: give it a floor"
    assert faults(file.read_text(encoding="utf-8"), own, package) == []


@pytest.mark.parametrize(
    "source",
    [
        "from walkaway_sim.decide.rules import ChanceRule",
        "def later():\n    import walkaway_sim.present.curve",
        "from walkaway_sim import decide",
        "from ..decide import rules",
        "if True:\n    from walkaway_sim import simulate",
    ],
)
def test_the_check_sees_an_import_that_points_up(source):
    """Negative control: each of these must be caught in a file of the inputs' floor."""
    assert faults(source, "inputs.base", "walkaway_sim.inputs")


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_files_are_short_and_do_not_print(file):
    source = file.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 400
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    assert not [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == "print"]


@pytest.mark.parametrize("file", [file for file in FILES if file.name == "__init__.py"], ids=name_of)
def test_init_files_only_hand_names_on(file):
    body = ast.parse(file.read_text(encoding="utf-8")).body
    assert not [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def loaded_after(statement):
    code = f"{statement}\nimport sys\nsys.stdout.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_front_door_is_light():
    loaded = loaded_after("import walkaway_sim")
    assert "walkaway_sim" in loaded
    assert not loaded & {"pandas", "matplotlib", "pydantic", "scipy.stats", "numpy"}


@pytest.mark.parametrize("floor", ["inputs", "sampling", "deal", "simulation", "decide"])
def test_the_floors_that_compute_load_no_tables_and_no_pictures(floor):
    loaded = loaded_after(f"import walkaway_sim.{floor}")
    assert not loaded & {"pandas", "matplotlib", "pydantic", "scipy.stats"}


def test_a_walkaway_needs_no_tables_and_no_pictures():
    loaded = loaded_after(
        "import walkaway_sim as ws\n"
        "deal = ws.Deal(name='d', inputs={'v': ws.normal(1, 1)}, value=lambda i, t: i['v'] - t['p'],\n"
        "               terms=[ws.Term('p', proposed=0, range=(-2, 2))])\n"
        "ws.walkaway(ws.simulate(deal, 2**12, 'random', rng=1), ws.ChanceRule(0.5))"
    )
    assert not loaded & {"pandas", "matplotlib", "pydantic"}
