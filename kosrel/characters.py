"""Characters that would drive a terminal or mislead a reader: shown, never sent."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

# C0 controls and DEL, C1 controls, bidirectional marks and overrides, line separators, what is invisible and
# hides text (tags, zero-width blanks, annotations), the byte order mark, and lone surrogates (undecodable
# bytes). The joiners U+200C and U+200D stay: scripts and emoji are written with them.
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)


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

    def escape(match: re.Match[str]) -> str:
        character = match[0]
        if character == "\n":
            return character
        # A character beyond U+FFFF is written as its two surrogates (RFC 8259, section 7).
        units = character.encode("utf-16-be", "surrogatepass").hex()
        return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))

    return re.sub(_UNSAFE, escape, text)
