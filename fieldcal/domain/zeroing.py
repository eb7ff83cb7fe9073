"""Near zero a scale that tracks zero swallows small weights; about 10 e on the pan takes it out of that range.

OIML R76-1:2006, A.4.2.3.2 (leave the range of zero tracking) and 4.5.2 (zero within 0.25 e).
"""

from __future__ import annotations

from decimal import Decimal

ESCAPE = 10  # e
STEPS_BY = Decimal("0.75")  # e: 0.5 e to the changeover and the 0.25 e that zero may be off


def escape(load: Decimal, e: Decimal) -> Decimal | None:
    """The load that leaves zero tracking, in the unit of `e`; None where the load does so already."""
    wanted = ESCAPE * e
    return wanted if abs(load) < wanted else None


def swallowed(load: Decimal, shown: Decimal, added: Decimal, e: Decimal) -> bool:
    """More small weights than a good scale takes before it steps, and the display still shows nought; all masses in
    one unit."""
    return escape(load, e) is not None and shown == 0 and added > STEPS_BY * e
