"""What is sampled as a record of its own and not as one number a draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from walkaway_sim.inputs.events import EventRisk, Events
from walkaway_sim.inputs.monthly import Monthly, MonthlyUniforms

__all__ = ["RECORDS", "RECORD_LAWS", "Record", "RecordLaw", "join_records"]

Record: TypeAlias = Events | Monthly
RecordLaw: TypeAlias = EventRisk | MonthlyUniforms

RECORDS = (Events, Monthly)
RECORD_LAWS = (EventRisk, MonthlyUniforms)


def join_records(parts: Sequence[Any]) -> Record:
    """Put the draws of several records of one kind one after another."""
    return Events.join(parts) if isinstance(parts[0], Events) else Monthly.join(parts)
