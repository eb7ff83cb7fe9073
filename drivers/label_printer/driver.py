"""Label printers that understand ZPL or TSPL: text lines with a QR code, and the state before and after."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from fieldcal.driverkit import BadReply, DeviceFault, Driver, Fixed, Frame, Identity, Line, Link, Profile

PROMPT = 3.0  # s, for a question
ZPL_FIELDS = (
    rb"\x02[0-9]{3},([01]),([01]),[0-9]{4},[0-9]{3},([01]),[01],[01],[0-9]{3},([01]),([01]),([01])\x03\r\n"
    rb"\x02[0-9]{3},[0-9],([01]),([01]),[01],[0-9A-Z],[0-9],[01],[0-9]{8},[0-9],[0-9]{3}\x03\r\n"
    rb"\x02[0-9]{4},[01]\x03\r\n"
)
ZPL_STATE = re.compile(ZPL_FIELDS)
ZPL_FLAGS = (
    "paper-out", "paused", "buffer-full", "memory-lost", "too-cold", "too-hot", "head-open", "ribbon-out",
)  # fmt: skip
ZPL_NAME = re.compile(rb"\x02?([ !#-+\--~]+),(V[!-+\--~]+),[ -~]+\x03?")
TSPL_STATE = re.compile(rb"\x02([@`BCEFKLPW])([@-`])([@-`])([@-`])\x03\r\n")
TSPL_HEAD = {0x01: "too-hot", 0x02: "too-hot", 0x04: "head-error", 0x08: "cutter-jam", 0x10: "memory-full"}
TSPL_PAPER = {0x01: "paper-out", 0x02: "paper-jam", 0x04: "ribbon-out", 0x08: "ribbon-jam", 0x20: "head-open"}
Settings = Mapping[str, Any]


class Lines:
    """`count` lines with their ends; the state of a ZPL printer is three."""

    def __init__(self, count: int) -> None:
        self._count = count

    def take(self, buffer: bytes, /) -> tuple[bytes, bytes] | None:
        if len(buffer) > 1024:
            raise BadReply(f"no state: {buffer[:32]!r}")
        parts = buffer.split(b"\r\n", self._count)
        if len(parts) <= self._count:
            return None
        return buffer[: len(buffer) - len(parts[-1])], parts[-1]


class Language(Protocol):
    """What to ask for the state, how its reply ends, and what to make of it."""

    state: bytes
    frame: Frame

    def faults(self, reply: bytes) -> list[str]:
        """What keeps the printer from printing. Raises BadReply for another reply."""
        ...

    def label(self, lines: list[str], code: str, settings: Settings) -> bytes: ...

    def model(self, link: Link, settings: Settings) -> str: ...


def _number(settings: Settings, key: str, default: int) -> int:
    return int(settings.get(key, default))


class Zpl:
    state = b"~HS\r\n"
    frame: Frame = Lines(3)

    def faults(self, reply: bytes) -> list[str]:
        if not (hit := ZPL_STATE.fullmatch(reply)):
            raise BadReply(f"no state: {reply!r}")
        return [name for name, flag in zip(ZPL_FLAGS, hit.groups(), strict=True) if flag == b"1"]

    def label(self, lines: list[str], code: str, settings: Settings) -> bytes:
        dots, step = _number(settings, "dots", 8), _number(settings, "step", 4)
        left, height = 2 * dots, 3 * dots
        text_at = left + _number(settings, "qr_mm", 18) * dots
        parts = [f"^XA^CI28^PW{_number(settings, 'width', 50) * dots}^LL{_number(settings, 'height', 30) * dots}"]
        parts.append(f"^FO{left},{left}^BQN,2,{_number(settings, 'qr', 4)}^FH_^FDMA,{_escaped(code)}^FS")
        font = settings.get("font", "0")
        for place, line in enumerate(lines):
            top = left + place * step * dots
            parts.append(f"^FO{text_at},{top}^A{font}N,{height},{height}^FH_^FD{_escaped(line)}^FS")
        return "".join([*parts, "^XZ\r\n"]).encode("utf-8")

    def model(self, link: Link, settings: Settings) -> str:
        """By ~HI: model, version, resolution, memory."""
        reply = link.exchange(b"~HI\r\n", frame=Line(b"\r\n", 256), timeout=PROMPT)
        if not (hit := ZPL_NAME.fullmatch(reply)):
            raise BadReply(f"no model: {reply!r}")
        return hit[1].decode("ascii").strip()


class Tspl:
    state = b"\x1b!S"
    frame: Frame = Fixed(8)

    def faults(self, reply: bytes) -> list[str]:
        if not (hit := TSPL_STATE.fullmatch(reply)):
            raise BadReply(f"no state: {reply!r}")
        message, warning, head, paper = (part[0] for part in hit.groups())
        found = [name for bit, name in TSPL_HEAD.items() if head & bit]
        found += [name for bit, name in TSPL_PAPER.items() if paper & bit]
        found += ["buffer-full"] if warning & 0x08 else []
        if message == ord("`"):
            found.append("paused")
        other = (head & 0x3F) & ~sum(TSPL_HEAD) or (paper & 0x3F) & ~sum(TSPL_PAPER) or message == ord("E")
        return found or (["printer-error"] if other else [])

    def label(self, lines: list[str], code: str, settings: Settings) -> bytes:
        if any(sign in text for text in (*lines, code) for sign in ('"', "\\[")):
            raise DeviceFault("bad-text", "a quotation mark ends a text in TSPL")
        dots, step = _number(settings, "dots", 8), _number(settings, "step", 4)
        left, size = 2 * dots, f"{_number(settings, 'width', 50)} mm,{_number(settings, 'height', 30)} mm"
        text_at = left + _number(settings, "qr_mm", 18) * dots
        parts = [
            f"SIZE {size}",
            f"GAP {_number(settings, 'gap', 2)} mm,0",
            f"CODEPAGE {settings.get('codepage', 'UTF-8')}",
        ]
        parts += ["CLS", f'QRCODE {left},{left},M,{_number(settings, "qr", 4)},A,0,M2,"{code}"']
        font = settings.get("font", "2")
        parts += [f'TEXT {text_at},{left + n * step * dots},"{font}",0,1,1,"{line}"' for n, line in enumerate(lines)]
        return "\r\n".join([*parts, "PRINT 1,1", ""]).encode("utf-8")

    def model(self, link: Link, settings: Settings) -> str:
        """By its state: how the reply to ~!T ends is not documented, so a cut name would not show."""
        self.faults(link.exchange(self.state, frame=self.frame, timeout=PROMPT))
        return str(settings.get("model", "TSPL printer"))


LANGUAGES: dict[str, Language] = {"zpl": Zpl(), "tspl": Tspl()}


def _escaped(text: str) -> str:
    """`^`, `~` and the escape sign itself in hex, as ^FH has them."""
    return re.sub(r"[\^~_]", lambda hit: f"_{ord(hit[0]):02X}", text)


class Printer(Driver):
    capabilities = frozenset({"identify", "print-label"})

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        name = str(self.profile.get("language", "zpl"))
        if name not in LANGUAGES:
            raise DeviceFault("bad-map", f"language {name!r}")
        self.language = LANGUAGES[name]

    def identify(self) -> Identity:
        """A serial number is told by neither language."""
        return Identity(str(self.profile.get("maker", "")), self.language.model(self.link, self.profile), "")

    def print_label(self, lines: list[str], code: str) -> None:
        """Nothing is sent to a printer that cannot print; DeviceFault with the first fault, before or after.

        An error after the label was sent does not tell that it was not printed.
        """
        if not code or not all(text.isprintable() for text in (*lines, code) if text):
            raise DeviceFault("bad-text", "no code, or a control character in a text")
        if len(lines) > (most := int(self.profile.get("lines", 6))):
            raise DeviceFault("too-many-lines", f"{len(lines)} of at most {most}")
        job = self.language.label(lines, code, self.profile)
        self._ask(self.language.state)
        self._ask(job + self.language.state)

    def _ask(self, request: bytes) -> None:
        faults = self.language.faults(self.link.exchange(request, frame=self.language.frame, timeout=PROMPT))
        if faults:
            raise DeviceFault(faults[0], ", ".join(faults))
