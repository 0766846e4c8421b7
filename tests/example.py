"""A script as a user would write it: it asks the base in its first argument everything that FactBase can be asked.

``test_library.py`` runs it on the toy base and checks it with ``mypy --strict``.
"""

from __future__ import annotations

import sys

from kosrel import Answer, FactBase, KosrelError


def tell(method: str, answer: Answer) -> None:
    found = [f"{result['kind']} {result['id']}" for result in answer.results[:2]]
    print(f"{method}: {answer.count}, {', '.join(found) or '; '.join(answer.hints)}")


def main(folder: str) -> int:
    base = FactBase.load(folder)
    tell("event", base.event("2001-05-02"))
    tell("actor", base.actor("Ana Djuric"))
    tell("actor", base.actor("Bismarck"))
    tell("agreement", base.agreement("Bridge Accord"))
    tell("who", base.who("harbour master", on="2001"))
    tell("figure", base.figure("metres", from_="2000"))
    tell("show", base.show("lamp-lit"))
    tell("show", base.show(["lamp-lit", "ana-duric"]))
    tell("search", base.search("bridge", kind="event", actor="Northport"))
    tell("ask", base.ask("When was the lamp lit?"))
    tell("timeline", base.timeline(kind=["events", "figures"], to="2001"))
    tell("list", base.list("topics"))
    tell("conflicts", base.conflicts("bridge", document="island-almanac"))
    tell("source", base.source())
    tell("cite", base.cite("lamp-lit", style="bibtex"))
    first = base.event("2001-05-02").results[0]
    title: str = first["title"]
    print(title, first["sources"][0]["quote"], sep=": ")
    try:
        base.event("2013-02-30")
    except KosrelError as error:
        print(error)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
