"""How a result with a table and a note is shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ShownWithNote"]


class ShownWithNote(ABC):
    """A result that shows its table, and below it what its numbers mean."""

    __slots__ = ()

    @property
    @abstractmethod
    def note(self) -> str:
        """What stands under the table."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the table; ``attrs["note"]`` has the note."""

    def __repr__(self) -> str:
        return f"{self.to_frame().to_string()}\n{self.note}"

    def _repr_html_(self) -> str:
        from html import escape

        return f"{self.to_frame().to_html()}<p>{escape(self.note)}</p>"
