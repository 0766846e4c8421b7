"""What stands around the records on the page: head, masthead, filter, contents and foot."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from kosrel import __version__
from kosrel.dates import describe
from kosrel.exports import Contents
from kosrel.exports._card import escape, link
from kosrel.model import KINDS

# The script shows it, and fills the lists with what is on the page.
_FILTER = """\
<div class="side">
<form id="page/filter" role="search" aria-labelledby="page/find" hidden>
<h2 id="page/find">Find</h2>
<p><label for="page/words">Name or words</label>
<input id="page/words" name="words" type="search" autocomplete="off" spellcheck="false"></p>
<p><label for="page/when">Date</label>
<input id="page/when" name="when" type="text" autocomplete="off" aria-describedby="page/hint">
<span id="page/hint" class="hint">2013, 2013-04, 19 April 2013, 2012..2013</span></p>
<p><label for="page/actor-filter">Actor</label>
<select id="page/actor-filter" name="actor"><option value="">any</option></select></p>
<p><label for="page/topic-filter">Topic</label>
<select id="page/topic-filter" name="topic"><option value="">any</option></select></p>
<p><label for="page/kind-filter">Kind</label>
<select id="page/kind-filter" name="kind"><option value="">any</option></select></p>
<p class="buttons"><button type="submit">Show</button> <button type="reset">Show all</button></p>
</form>
"""


def count_records(number: int) -> str:
    """So many records, in words."""
    return f"{number:,} {'record' if number == 1 else 'records'}"


def _count(number: int, kind: str) -> str:
    """So many records of a kind, in words."""
    return f"{number:,} {kind if number == 1 else KINDS[kind].folder}"


def _read(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The hash by which a content security policy (CSP level 2) allows a style or script."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def write_head(title: str) -> str:
    """The head, with the style and a policy that allows nothing but it and the script, and the skip link."""
    style, script = _read("_page.css"), _read("_page.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<meta name="generator" content="kosrel {__version__}">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#page/records">Skip to the records</a>\n'
    )


def write_masthead(contents: Contents, kinds: Mapping[str, int]) -> str:
    """What this is, from which documents, with version and licence, and how many records of each kind."""
    lines = [
        f'<header class="masthead">\n<h1>{escape(contents.title)}</h1>\n<div class="introduction">\n<div>',
        f'<p class="lead">Facts from {_count(kinds.get("document", 0), "document")}, each with the words '
        "that say so, their line, and the works that the document cites there. Where documents disagree, "
        "both sides are shown; what none of them states is not stated here.</p>",
        f'<p class="made">{_tell_made(contents, kinds)}</p>\n</div>',
    ]
    if kinds.get("document"):
        lines.append('<ul class="documents" aria-label="Documents">')
        for each in contents.results("document"):
            date = describe(each["date"]["edtf"]) if each["date"] else "undated"
            words = ", ".join(escape(part) for part in (each["type"], each["publisher"], date) if part)
            lines.append(f"<li>{link(each['title'], each['id'])}, {words}</li>")
        lines.append("</ul>")
    return "\n".join([*lines, "</div>\n</header>\n"])


def _tell_made(contents: Contents, kinds: Mapping[str, int]) -> str:
    """How many records there are, under which licence, of which version."""
    counts = ", ".join(_count(count, kind) for kind, count in kinds.items())
    sentences = [f"{count_records(contents.count())}{': ' if counts else ''}{counts}"]
    if contents.licence:
        address = escape(contents.licence_url or "")
        licence = f'<a href="{address}" rel="license">{escape(contents.licence)}</a>'
        sentences.append(
            f"The facts are under the licence {licence}; "
            "the documents and the works cited belong to their owners"
        )
    version = f"Version {escape(contents.version)}, made" if contents.version else "Made"
    return ". ".join([*sentences, f"{version} with kosrel {__version__}."])


def write_contents(entries: Iterable[tuple[str, str, int]]) -> str:
    """The filter, and the sections: where each is, its heading, and how many records it has."""
    lines = [_FILTER + '<nav aria-labelledby="page/contents">\n<h2 id="page/contents">Contents</h2>\n<ul>']
    for place, heading, count in entries:
        lines.append(
            f'<li><a href="#page/{escape(place)}">{escape(heading)}</a> '
            f'<span class="count">{count:,}</span></li>'
        )
    return "\n".join([*lines, "</ul>\n</nav>\n</div>\n"])


def write_foot() -> str:
    """How a record is pointed to, then the script."""
    return (
        "<footer>\n<p>Each record has an address of its own: this page’s, then <code>#</code> and the "
        "record’s id. <code>kosrel show</code> with the id prints the same record.</p>\n</footer>\n"
        f"<script>{_read('_page.js')}</script>\n</body>\n</html>\n"
    )
