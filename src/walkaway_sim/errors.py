"""Every error that the library raises on purpose.

An input error is a `ValueError`: what was given cannot be used, and the message says which
argument or which place in which file, what was needed, what was found, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "DealFileError",
    "DependenceError",
    "Fault",
    "InputError",
    "RuleError",
    "ValueFunctionError",
    "WorkerError",
]


class InputError(ValueError):
    """An argument, or a place in a file, that cannot be used."""


class DependenceError(InputError):
    """Correlations that no joint distribution can have, or that name nothing known."""


class RuleError(InputError):
    """A rule that cannot be judged on these draws: its expectation does not exist, or is too thin."""


class ValueFunctionError(InputError):
    """A value function that returned something other than one finite number per draw."""


class WorkerError(InputError):
    """An executor that is shut down, lost a worker, or cannot be sent the work."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a deal file.

    Parameters
    ----------
    place : str
        Dotted path of the key at fault, such as ``inputs.volume.log_sd``.
    found : str
        What stands there.
    needed : str
        What was expected.
    remedy : str
        What to do about it.
    """

    place: str
    found: str
    needed: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: needed {self.needed}; found {self.found}. {self.remedy}"


class DealFileError(InputError):
    """A deal file with faults, all of them reported at once.

    Attributes
    ----------
    path : str
        The file as it was named.
    faults : tuple of Fault
        Every fault found, in the order of the file's keys.
    """

    def __init__(self, path: str, faults: tuple[Fault, ...]) -> None:
        self.path = path
        self.faults = faults
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        lines = "\n".join(f"  - {fault}" for fault in faults)
        super().__init__(f"{path}: {count}\n{lines}")

    def __reduce__(self) -> tuple[type[DealFileError], tuple[str, tuple[Fault, ...]]]:
        """Let the error cross a process boundary with its faults."""
        return type(self), (self.path, self.faults)
