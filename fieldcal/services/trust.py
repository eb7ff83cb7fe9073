"""Whose drivers this laboratory runs, and what is never a record of verification.

A driver is shipped with the program, signed by a publisher whom the laboratory trusts, or unsigned. Unsigned ones run
in developer mode alone, and a run that one of them served stays without signatures for good, as does a run on
simulated instruments outside the demo.
"""

from __future__ import annotations

from fieldcal.domain import events as ev
from fieldcal.domain.errors import BadInput, NotAllowed
from fieldcal.domain.fold import RunView
from fieldcal.services import identity
from fieldcal.services.workspace import Workspace

PRACTICE, DEVELOPER = "practice-record", "developer-driver"
SYSTEM = "system"  # the actor where no administrator has been named
STREAM = "drivers"


def may_run(trust: str, developer: bool) -> bool:
    """`trust` as the catalogue of drivers says it; `developer`: developer mode is on now."""
    return trust in ("shipped", "signed") or developer


def practice(view: RunView, demo: bool) -> str:
    """Why this run can never become official: practice-record, developer-driver or "". Looks at every device that was
    ever bound to it; in the demo, whose papers all say what they are, simulated instruments are no reason."""
    if _unsigned(view):
        return DEVELOPER
    return PRACTICE if _simulated(view) and not demo else ""


def require_genuine(view: RunView, demo: bool) -> None:
    """Raises NotAllowed practice-record or developer-driver."""
    match practice(view, demo):
        case "practice-record":
            raise NotAllowed(PRACTICE, field=", ".join(_simulated(view)), accepted="real instruments")
        case "developer-driver":
            accepted = "a driver that somebody trusted signed"
            raise NotAllowed(DEVELOPER, field=", ".join(_unsigned(view)), accepted=accepted)
        case _:
            pass


def _simulated(view: RunView) -> list[str]:
    return sorted({bound.role for bound in view.bound if bound.simulated})


def _unsigned(view: RunView) -> list[str]:
    return sorted({bound.driver for bound in view.bound if bound.trust == "unsigned"})


class DriverTrust:
    """Developer mode and the list of publishers, as the journal has them."""

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws

    @property
    def developer(self) -> bool:
        return self.ws.catalogue.developer_mode

    def runs(self, trust: str) -> bool:
        """`may_run` as of now."""
        return may_run(trust, self.developer)

    def trusted(self, kid: str) -> bytes | None:
        """The public key of an active publisher."""
        return self.ws.catalogue.publisher_key(kid)

    def authority(self, person: str, pin: str) -> str:
        """The actor of a change here. Raises NotAllowed: once there is an administrator, only one may."""
        admins = [one for one in self.ws.catalogue.people.values() if identity.ADMIN in one.roles and one.active]
        if not person:
            if admins:
                raise NotAllowed("wrong-role", field="--person", value="-", accepted="an administrator")
            return SYSTEM
        found = self.ws.catalogue.person(person)
        if admins:
            identity.require_role(found, identity.ADMIN)
        identity.check_pin(found, pin)
        return person

    def switch(self, on: bool, reason: str, actor: str) -> None:
        """Raises BadInput: nobody turns it on without saying why."""
        if on and not reason.strip():
            raise BadInput("empty", field="--reason", accepted="a reason")
        self.ws.put(STREAM, ev.DeveloperMode(on, reason.strip()), actor)

    def put(self, publisher: ev.PublisherPut, actor: str) -> None:
        if not publisher.name.strip():
            raise BadInput("empty", field="--name")
        if not publisher.active and publisher.kid not in self.ws.catalogue.publishers:
            raise BadInput("unknown-publisher", field="PUBLIC", value=publisher.kid)
        self.ws.put(STREAM, publisher, actor)
