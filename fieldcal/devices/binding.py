"""Which instrument plays which role on which port, as it is remembered and written into a run."""

from __future__ import annotations

from dataclasses import dataclass

from fieldcal.driverkit import Identity


@dataclass(frozen=True)
class Binding:
    role: str
    driver_id: str
    driver_hash: str
    port: str
    instrument: Identity
