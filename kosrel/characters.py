"""Characters that would drive a terminal or mislead a reader: shown, never sent."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

# C0 controls and DEL, C1 controls, bidirectional marks and overrides, line separators, invisible
# joiners' neighbours that hide text, the byte order mark, and lone surrogates (undecodable bytes).
_UNSAFE = "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"


def show_controls(text: str, keep: str = "") -> str:
    """``text`` with every control character replaced by something visible.

    C0 controls and DEL become their Unicode control pictures (ESC is ``␛``), the others ``<U+202E>``;
    characters in ``keep`` (such as a line feed) stay.
    """
    # None of those characters is printable, so most texts are known to be safe at once.
    if text.isprintable():
        return text
    import re

    def picture(match: re.Match[str]) -> str:
        character = match[0]
        if character in keep:
            return character
        code = ord(character)
        if code < 0x20:
            return chr(0x2400 + code)
        return "␡" if code == 0x7F else f"<U+{code:04X}>"

    return re.sub(_UNSAFE, picture, text)


def escape_json(text: str) -> str:
    r"""JSON text in which those characters stand as ``\uXXXX``: the same value, harmless to send.

    ``text`` is JSON whose line feeds are layout: they stay (inside strings JSON has escaped them).
    """
    if text.replace("\n", "").isprintable():
        return text
    import re

    return re.sub(_UNSAFE, lambda match: match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}", text)
