"""How a result with a table and a verdict is shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ShownWithVerdict"]


class ShownWithVerdict(ABC):
    """A result that shows its table and, below it, its verdict."""

    __slots__ = ()

    @property
    @abstractmethod
    def verdict(self) -> str:
        """What the result says, in plain words."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the table."""

    def __repr__(self) -> str:
        return f"{self.to_frame().to_string(float_format='{:.3g}'.format)}\n{self.verdict}"

    def _repr_html_(self) -> str:
        from html import escape

        verdict = escape(self.verdict).replace("\n", "<br>")
        table = self.to_frame().to_html(float_format="{:.3g}".format)
        return f"{table}<p>{verdict}</p>"
