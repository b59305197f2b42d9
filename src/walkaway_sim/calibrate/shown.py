"""How a result with a table is shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ShownAsTable"]


class ShownAsTable(ABC):
    """A result that shows its name and, below it, its table."""

    __slots__ = ()

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the table."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>\n{self.to_frame().to_string()}"
