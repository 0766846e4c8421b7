"""The page of ``kosrel export html``: valid, whole, alone, readable, and no place for hostile text."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import itertools
import re
import subprocess
import sys

import html5lib
import pytest
from conftest import TESTS

from kosrel import FactBase, __version__
from kosrel.exports import Contents
from kosrel.exports._card import escape, link, write_work
from kosrel.layout import Words, lay_out
from kosrel.model import KINDS

DATED = ["event", "agreement", "statement", "figure"]


def make(base) -> str:
    stream = io.StringIO()
    assert base.export("html", stream) == []
    return stream.getvalue()


def read(text: str):
    """The page as the HTML standard reads it; raises where it is not valid."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)


def find(tree, tag="*", **attributes):
    """The elements with a tag and attributes: ``class_`` names one class, ``data_x`` is ``data-x``."""
    found = []
    for each in tree.iter() if tag == "*" else tree.iter(tag):
        if not isinstance(each.tag, str):
            continue
        for name, value in attributes.items():
            key = name.rstrip("_").replace("_", "-")
            held = each.get(key)
            if held is None or not (
                value is True or value == held or (key == "class" and value in held.split())
            ):
                break
        else:
            found.append(each)
    return found


def words_of(element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.fixture(scope="module")
def toy_page(toy):
    return make(toy)


@pytest.fixture(scope="module")
def tree(toy_page):
    return read(toy_page)


@pytest.fixture(scope="module")
def shipped_page(shipped):
    return make(shipped)


@pytest.fixture(scope="module")
def shipped_tree(shipped_page):
    return read(shipped_page)


@pytest.fixture(params=["toy", "shipped"])
def both(request):
    """A base and its page, read."""
    name = "tree" if request.param == "toy" else "shipped_tree"
    return request.getfixturevalue(request.param), request.getfixturevalue(name)


# The whole page


def test_the_page_is_the_one_that_was_reviewed(toy_page, request):
    expected = TESTS / "outputs" / "page.html"
    body = re.sub(r"<(style|script)>.*?</\1>", r"<\1></\1>", toy_page, flags=re.DOTALL)
    body = re.sub(r"sha256-[^']*", "sha256-", body).replace(f"kosrel {__version__}", "kosrel")
    if request.config.getoption("--update"):
        expected.write_text(body, encoding="utf-8")
    assert body == expected.read_text(encoding="utf-8")


def test_two_pages_of_one_base_are_the_same(toy, toy_page):
    assert make(toy) == toy_page


def test_a_base_with_almost_nothing_has_a_valid_page(tmp_path):
    (tmp_path / "documents.yaml").write_text(
        "only:\n  title: Only one\n  type: note\n  language: en\n  file: only.txt\n  markup: plain\n"
    )
    tree = read(make(FactBase.load(tmp_path)))
    assert [each.get("id") for each in find(tree, "article")] == ["only"]
    assert [words_of(each) for each in find(tree, "nav")[0].iter("li")] == ["Documents 1"]
    assert words_of(find(tree, class_="made")[0]).startswith("1 record: 1 document. Made with kosrel")
    assert not find(tree, id="page/timeline")


def test_the_page_of_the_shipped_facts_is_no_larger_than_a_phone_can_take(shipped_page):
    assert len(shipped_page.encode()) < 3_000_000


def test_a_large_base_is_written_as_it_is_read(toy, monkeypatch):
    stream = io.StringIO()
    written = []
    whole = Contents.rows

    def watched(self, *kinds):
        for row in whole(self, *kinds):
            written.append(stream.getvalue().count("<article"))
            yield row

    monkeypatch.setattr(Contents, "rows", watched)
    toy.export("html", stream)
    cards = stream.getvalue().count("<article")
    assert written[-1] == cards - 1
    assert set(range(cards)) <= set(written)


# Whole and sound


def test_every_id_is_there_once_and_every_link_within_the_page_has_its_place(both):
    _base, tree = both
    ids = [each.get("id") for each in find(tree, id=True)]
    assert len(ids) == len(set(ids))
    targets = {each.get("href")[1:] for each in find(tree, "a") if each.get("href").startswith("#")}
    assert targets <= set(ids)
    for name in ("for", "aria-labelledby", "aria-describedby"):
        pointed = {each.get(name) for each in tree.iter() if isinstance(each.tag, str) and each.get(name)}
        assert pointed
        assert pointed <= set(ids)


def test_every_record_is_there_once_under_its_kind(both):
    base, tree = both
    cards = [(each.get("data-kind"), each.get("id")) for each in find(tree, "article")]
    held = [(kind, result["id"]) for kind in KINDS for result in base.list(kind).results]
    assert sorted(cards) == sorted(held)
    told = words_of(find(tree, class_="made")[0])
    assert told.startswith(f"{len(held)} records: ")
    for kind, model in KINDS.items():
        count = base.list(kind).count
        assert f"{count} {kind if count == 1 else model.folder}" in told


def test_every_dated_record_stands_in_the_year_in_which_the_timeline_has_it(both):
    base, tree = both
    years = {}
    for result in base.timeline(kind=DATED).results:
        year = (result["date"]["earliest"] or result["date"]["latest"])[:4]
        years.setdefault(year, []).append(result["id"])
    found = {}
    for section in find(tree, "section", class_="of-year"):
        entries = [each.get("id") or each.get("data-of") for each in section if each.tag in ("article", "p")]
        found[section.get("id").removeprefix("page/")] = entries
        count = len(entries)
        heading = f"{count} record" if count == 1 else f"{count} records"
        assert words_of(section[0]) == f"{section.get('id')[5:]} {heading}"
    assert {year: sorted(ids) for year, ids in found.items()} == {
        year: sorted(ids) for year, ids in years.items()
    }
    assert list(found) == sorted(found)
    bars = {each.get("data-year"): each for each in find(tree, "li", data_year=True)}
    most = max(map(len, years.values()))
    for year, ids in years.items():
        assert words_of(bars[year]) == f"{year} {len(ids)}"
        assert (
            next(bars[year].iter("{http://www.w3.org/2000/svg}rect")).get("width")
            == f"{100 * len(ids) / most:.1f}%"
        )
    assert list(bars) == sorted(years)


def test_what_has_no_beginning_stands_where_it_ends(tmp_path):
    (tmp_path / "documents.yaml").write_text(
        "paper:\n  title: Paper\n  type: note\n  language: en\n  file: paper.txt\n  markup: plain\n"
    )
    events = {"long": "../2005", "first": "1999", "last": "2006/..", "wide": "1998/2005", "same": "2005-03"}
    (tmp_path / "events.yaml").write_text(
        "".join(
            f"{name}:\n  title: {name} thing\n  date: {edtf}\n  sources:\n    - document: paper\n"
            f"      line: 1\n      quote: a {name} thing\n"
            for name, edtf in events.items()
        )
    )
    tree = read(make(FactBase.load(tmp_path)))
    found = [
        (section.get("id"), [each.get("id") for each in find(section, "article")])
        for section in find(tree, "section", class_="of-year")
    ]
    assert found == [
        ("page/1998", ["wide"]),
        ("page/1999", ["first"]),
        ("page/2005", ["long", "same"]),
        ("page/2006", ["last"]),
    ]
    days = {each.get("id"): (each.get("data-from"), each.get("data-to")) for each in find(tree, "article")}
    assert days["long"] == ("", "2005-12-31")
    assert days["last"] == ("2006-01-01", "9999-12-31")
    bars = [words_of(each) for each in find(tree, "ol", class_="years")[0]]
    assert bars == ["1998 1", "1999 1", "2000 to 2004: none", "2005 2", "2006 1"]


def test_the_contents_count_what_is_in_each_section(both):
    _base, tree = both
    for entry in find(tree, "nav")[0].iter("li"):
        place, count = next(entry.iter("a")).get("href")[1:], words_of(list(entry)[-1])
        (section,) = find(tree, id=place)
        held = len(find(section, "article")) + len(find(section, "p", class_="brief"))
        assert f"{held:,}" == count


def test_a_card_says_all_that_the_other_forms_say(both):
    base, tree = both
    cards = {each.get("id"): words_of(each) for each in find(tree, "article")}
    for kind in KINDS:
        for result in base.list(kind).results:
            card, text = lay_out(result), cards[result["id"]]

            told = [card.date, card.title, card.text, *itertools.chain(*card.rows)]
            for section in card.sections:
                told += [section.title, *(item.text for item in section.items)]
                told += [item.note for item in section.items]
            for source in card.sources:
                told += [f"“{source['quote']}”", f"{source['title']}, line {source['line']}"]
            for each in told:
                assert each is None or seen(each) in text, (result["id"], each)


def seen(text: str) -> str:
    """What a reader sees of a text: the names of records without their ids, and the controls shown."""
    plain = "".join(part for part, _to in text.parts) if isinstance(text, Words) else text
    return " ".join(html.unescape(escape(plain)).split())


def test_the_filter_finds_what_the_command_finds(both):
    base, tree = both
    cards = find(tree, "article")
    for kind in ("actor", "topic"):
        for each in base.list(kind).results[:40]:
            found = {
                card.get("id")
                for card in cards
                if each["id"] in (card.get("data-about") or "").split() or card.get("id") == each["id"]
            }
            listed = {
                result["id"] for other in KINDS for result in base.list(other, **{kind: each["id"]}).results
            }
            assert found == listed


def test_the_filter_knows_the_days_of_a_record(both):
    base, tree = both
    cards = {each.get("id"): each for each in find(tree, "article")}
    for kind in KINDS:
        for result in base.list(kind).results:
            date, card = result.get("date"), cards[result["id"]]
            days = (date["earliest"] or "", date["latest"] or "9999-12-31") if date else (None, None)
            assert (card.get("data-from"), card.get("data-to")) == days


# Sources and works


def test_a_dead_work_is_linked_to_its_copy_first():
    work = {
        "title": "Talks", "author": None, "publisher": "Herald", "date": "2001",
        "url": "https://herald.example/1", "archive_url": "https://copy.example/1", "dead": True,
    }  # fmt: skip
    assert write_work(work) == (
        '<a href="https://copy.example/1" rel="external">Herald, “Talks”, 2001</a> (archived), '
        '<a href="https://herald.example/1" rel="external">dead link</a>'
    )
    assert write_work({**work, "archive_url": None}) == (
        '<a href="https://herald.example/1" rel="external">Herald, “Talks”, 2001</a> (dead link)'
    )
    assert write_work({**work, "dead": False}) == (
        '<a href="https://herald.example/1" rel="external">Herald, “Talks”, 2001</a>, '
        '<a href="https://copy.example/1" rel="external">archived</a>'
    )
    assert write_work({**work, "url": None, "archive_url": None}) == "Herald, “Talks”, 2001"


def test_a_quote_in_another_language_says_so(shipped, shipped_tree):
    languages = {each["id"]: each["language"] for each in shipped.list("document").results}
    assert set(languages.values()) == {"en", "id"}
    quotes = [item for item in find(shipped_tree, "li") if len(item) and item[0].tag == "q"]
    assert len(quotes) == len(find(shipped_tree, "q"))
    for item in quotes:
        # After the quote its place, whose link names the document.
        language = languages[next(item.iter("a")).get("href")[1:]]
        assert (item[0].get("lang") or "en") == language
    assert len(find(shipped_tree, "q", lang="id")) > 50


# Alone


def test_nothing_is_loaded_from_elsewhere(both):
    _base, tree = both
    loading = {"img", "link", "iframe", "object", "embed", "audio", "video", "source", "base", "image", "use"}
    assert not [each.tag for each in tree.iter() if each.tag in loading]
    for each in find(tree):
        assert not {name for name in each.keys() if name.startswith("on")}  # noqa: SIM118
        assert not {"src", "srcset", "style", "background", "action", "ping"} & set(each.keys())
    for each in find(tree, "a"):
        assert each.get("href").startswith(("#", "https://", "http://"))
    (style,), (script,) = find(tree, "style"), find(tree, "script")
    assert not re.search(r"url\(|@import|@font-face|image-set", style.text)
    assert not re.search(r"fetch|XMLHttp|import|WebSocket|sendBeacon|innerHTML|eval|https?:", script.text)


def test_only_the_style_and_the_script_of_the_page_are_allowed(tree):
    (policy,) = find(tree, "meta", http_equiv="Content-Security-Policy")

    def hashed(tag):
        (element,) = find(tree, tag)
        return "'sha256-" + base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode() + "'"

    assert policy.get("content") == (
        f"default-src 'none'; style-src {hashed('style')}; script-src {hashed('script')}; "
        "base-uri 'none'; form-action 'none'"
    )


# Hostile text

HOSTILE = r"""
harbour:
  title: '</title></style><script>alert(1)</script>'
  type: '"><img src=x onerror=alert(1)>'
  language: '"><svg onload=alert(1)>'
  file: x.txt
  markup: plain
"""
HOSTILE_EVENT = r"""
hostile:
  title: "<script>alert(1)</script>\u202Egnp.exe"
  date: 2001-05-02
  summary: "' onmouseover='alert(1) --> ]]> <!-- \uFFFE\U0001FFFF\uFDD0 \a\e[31m &lt; &amp;"
  place: "<a href='javascript:alert(1)'>here</a>"
  note: "</article></main></html><h1>"
  topics:
    - made-up
  sources:
    - document: harbour
      line: 1
      quote: '</q><script>alert(2)</script> <b'
      references:
        - work
"""
HOSTILE_WORK = r"""
work:
  title: "javascript:alert(1)"
  url: "https://x.example/\"onmouseover=\"alert(1)\u202E<script>"
  archive_url: "http://[/"
  dead: true
  document: harbour
  line: 1
"""


def test_hostile_text_is_shown_and_does_nothing(tmp_path):
    (tmp_path / "documents.yaml").write_text(HOSTILE, encoding="utf-8")
    (tmp_path / "references.yaml").write_text(HOSTILE_WORK, encoding="utf-8")
    (tmp_path / "topics.yaml").write_text("made-up:\n  title: '<i>made up</i>'\n", encoding="utf-8")
    (tmp_path / "events.yaml").write_text(HOSTILE_EVENT, encoding="utf-8")
    text = make(FactBase.load(tmp_path))
    tree = read(text)
    assert len(find(tree, "script")) == len(find(tree, "style")) == len(find(tree, "h1")) == 1
    assert not [each.tag for each in tree.iter() if each.tag in ("img", "i", "b")]
    assert not [each for each in find(tree) if any(name.startswith("on") for name in each.keys())]  # noqa: SIM118
    assert all(each.get("href").startswith(("#", "https://x.example/")) for each in find(tree, "a"))
    assert not re.search("[\u202e\ufffe\U0001ffff\ufdd0\x07\x1b]", text)
    (card,) = find(tree, "article", id="hostile")
    assert [words_of(each) for each in card if each.tag in ("h4", "p")] == [
        "2 May 2001",
        "<script>alert(1)</script><U+202E>gnp.exe",
        "event hostile",
        "' onmouseover='alert(1) --> ]]> <!-- <U+FFFE><U+1FFFF><U+FDD0> ␇␛[31m &lt; &amp;",
    ]
    assert words_of(find(card, "q")[0]) == "“</q><script>alert(2)</script> <b”"
    assert find(card, "q")[0].get("lang") is None
    (title,) = find(tree, "title")
    assert title.text == "A fact base"
    links = [each.get("href") for each in find(card, "a") if not each.get("href").startswith("#")]
    assert links == ["https://x.example/%22onmouseover=%22alert(1)%E2%80%AE%3Cscript%3E"]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
        "data:text/html,<script>", "vbscript:x", "file:///etc/passwd", "//evil.example/x", "http:alert",
        "https://", "http://[", "mailto:a@b.example", "\x01https://x.example",
    ],
)  # fmt: skip
def test_only_http_and_https_become_links(address):
    assert link("text <b>", address) == "text &lt;b&gt;"


# Reading, seeing, hearing


def test_the_headings_follow_one_another_and_the_landmarks_are_there(both):
    _base, tree = both
    levels = [int(each.tag[1]) for each in tree.iter() if re.fullmatch("h[1-6]", str(each.tag))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    for landmark in ("main", "nav", "footer", "header"):
        assert len(find(tree, landmark)) == 1
    (form,) = find(tree, "form", role="search")
    assert form.get("hidden") is not None
    first = find(tree, "a")[0]
    assert (first.get("class"), first.get("href")) == ("skip", "#page/records")
    assert find(tree, "html")[0].get("lang") == "en"
    assert find(tree, role="status")


def test_every_field_has_a_label_and_every_link_and_button_words(both):
    _base, tree = both
    labelled = {each.get("for") for each in find(tree, "label")}
    fields = [*find(tree, "input"), *find(tree, "select")]
    assert len(fields) == 5
    assert {each.get("id") for each in fields} == labelled
    assert all(words_of(each) for each in [*find(tree, "a"), *find(tree, "button"), *find(tree, "summary")])


def colours(style: str) -> dict[str, dict[str, str]]:
    """The custom properties in light and in dark, as the style sets them."""
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    assert style.index("prefers-color-scheme: dark") < style.index(dark)

    def properties(block):
        return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", block))

    assert properties(light).keys() == properties(dark).keys()
    return {"light": properties(light), "dark": properties(dark)}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_standard_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_signs_stand_out_from_what_is_behind_them(tree, scheme):
    (style,) = find(tree, "style")
    named = colours(style.text)[scheme]
    for ground in ("ground", "panel", "mark"):
        for text in ("text", "quiet", "link"):
            assert contrast(named[text], named[ground]) >= 4.5, (text, ground)
        for sign in ("bar", "focus", "edge"):
            assert contrast(named[sign], named[ground]) >= 3, (sign, ground)
    # The button that shows what is found is written in the colour of the page.
    assert contrast(named["ground"], named["link"]) >= 4.5
    used = set(re.findall(r"var\(--([a-z]+)\)", style.text))
    assert used == set(named)
    colour = re.sub(r":root \{.*?\}", "", style.text, flags=re.DOTALL)
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb|hsl", colour)


def test_nothing_moves(tree):
    (style,) = find(tree, "style")
    assert not re.search(r"transition|animation|scroll-behavior", style.text)


def test_the_style_and_the_script_are_in_the_package(tmp_path):
    program = (
        "import sys; from kosrel.__main__ import main; "
        f"sys.exit(main(['--facts', {str(TESTS / 'facts')!r}, 'export', 'html']))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, cwd=tmp_path, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("</html>\n")
