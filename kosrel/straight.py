"""The straight path: a plain look-up whose answer is at hand or soon made, given without waiting for Click.

It decides nothing of its own. It asks the same method of FactBase and prints through the same functions as
the Click command does; what it does not recognise at once, a miss, an ambiguous name or an error, it
leaves to Click. Many queries on standard input go straight too, whatever becomes of each.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kosrel.answer import Answer
    from kosrel.factbase import FactBase

_COMMANDS = ("event", "actor", "agreement", "show", "search")
# What the argument is called that may be "-", for queries on standard input.
_ARGUMENTS = {"event": "when", "actor": "name", "agreement": "name"}
_FORMATS = {"--json": "json", "--jsonl": "jsonl"}


def find_straight(arguments: Sequence[str]) -> Callable[[], int] | None:
    """What prints the answer and gives the exit code; None when Click must see to the arguments."""
    words, format_name, most = [], None, None
    rest = iter(arguments)
    for argument in rest:
        if argument in _FORMATS and format_name is None:
            format_name = _FORMATS[argument]
        elif argument == "-n" and most is None:
            number = next(rest, "")
            if not (number.isascii() and number.isdecimal() and len(number) < 10 and int(number) > 0):
                return None
            most = int(number)
        elif argument.startswith("-") and argument != "-":
            return None
        else:
            words.append(argument)
    if len(words) < 2 or words[0] not in _COMMANDS or "_KOSREL_COMPLETE" in os.environ:
        return None
    command, many = words[0], "-" in words
    if len(words) > 2 and command not in ("show", "search"):
        return None
    if many and (command not in _ARGUMENTS or format_name is None):
        return None
    from kosrel.errors import KosrelError
    from kosrel.factbase import FactBase
    from kosrel.layers import read_environment

    try:
        base = FactBase.warm(read_environment() or None)
        found = _ask(base, command, words[1:]) if base and not many else None
    except KosrelError:
        return None
    if base and many:
        from kosrel.batch import answer_input

        return lambda: answer_input(
            command,
            _ARGUMENTS[command],
            lambda line: _ask(base, command, [line]).limited(most),
            format_name,
        )
    if found is None or found.exit_code:
        return None
    from kosrel.formats import print_answer

    return lambda: print_answer(found.limited(most), format_name)


def _ask(base: FactBase, command: str, words: Sequence[str]) -> Answer:
    if command == "show":
        return base.show(words)
    answer: Answer = getattr(base, command)(" ".join(words))
    return answer
