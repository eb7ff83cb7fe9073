"""Scanners on a (virtual) serial port: a code is text with a suffix, and there is nothing else."""

from fieldcal.driverkit import BadReply, DeviceFault, Driver, Frame, Identity, Line, Link, Profile

SUFFIXES = {"CR": b"\r", "LF": b"\n", "CRLF": b"\r\n", "TAB": b"\t"}
LONGEST = 4096  # bytes of a code; a QR code holds less


def decode(raw: bytes, encoding: str, prefix: str = "") -> str:
    """The text of a code without its prefix. Raises BadReply for an empty one or one with control characters."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadReply(f"not {encoding}: {raw!r}") from error
    if not text.startswith(prefix) or not (code := text.removeprefix(prefix)) or not code.isprintable():
        raise BadReply(f"no code: {raw!r}")
    return code


class Scanner(Driver):
    capabilities = frozenset({"identify", "read-code"})

    def __init__(self, link: Link, profile: Profile | None = None) -> None:
        super().__init__(link, profile)
        self.suffix = str(self.profile.get("suffix", "CR"))
        self.encoding = str(self.profile.get("encoding", "utf-8"))
        self.prefix = str(self.profile.get("prefix", ""))
        try:
            self.frame: Frame = Line(SUFFIXES[self.suffix], LONGEST)
            self.trigger = bytes.fromhex(str(self.profile.get("trigger", "")))
            b"0".decode(self.encoding)  # of no bytes the name would not be looked up
        except (KeyError, ValueError, LookupError) as error:
            raise DeviceFault("bad-map", str(error)) from error

    def identify(self) -> Identity:
        """It has no name on the line: one code has to be scanned, within ten seconds."""
        self.read_code(settle=10.0)
        return Identity(str(self.profile.get("maker", "")), str(self.profile.get("model", "code scanner")), "")

    def read_code(self, *, settle: float) -> str:
        """The next code within `settle` seconds, scanned by hand or, where the map has a trigger, at once."""
        if self.trigger:
            raw = self.link.exchange(self.trigger, frame=self.frame, timeout=settle)
        else:
            raw = self.link.listen(self.frame, timeout=settle)
        return decode(raw, self.encoding, self.prefix)
