
(() => {
  "use strict";
  const place = (name) => document.getElementById("page/" + name);
  const form = place("filter"), status = place("status"), main = place("records");
  const show = form.querySelector("[type=submit]");
  const cards = Array.from(main.querySelectorAll("article"));
  const card = new Map(cards.map((each) => [each.id, each]));
  const pointers = Array.from(main.querySelectorAll("[data-of]"));
  const years = Array.from(main.querySelectorAll("[data-year]"));
  const sections = Array.from(main.querySelectorAll("section"));
  const entries = Array.from(document.querySelectorAll("nav li"));
  const shown = ":not([hidden])";

  const cyrillic = "абвгдђежзијклмнопрстћуфхцчш";
  const latin = "abvgdđežzijklmnoprstćufhcčš";
  const pairs = { "љ": "lj", "њ": "nj", "џ": "dž" };
  const others = { "đ": "d", "ð": "d", "ł": "l", "ø": "o", "ı": "i", "ß": "ss" };
  const fold = (text) => text.toLowerCase()
    .replace(/[\u0400-\u04ff]/g, (letter) => pairs[letter] || latin[cyrillic.indexOf(letter)] || letter)
    .normalize("NFKD").replace(/\p{M}/gu, "")
    .replace(/[đðłøıß]/g, (letter) => others[letter])
    .replace(/dj/g, "d").replace(/['’‘ʼ]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();

  // What is said of a record; a folded list only names other ones, and they are found by themselves.
  const texts = new Map();
  const text = (each) => {
    if (!texts.has(each)) {
      const parts = Array.from(each.children).filter((part) => !part.matches("details, button"))
        .map((part) => part.textContent);
      texts.set(each, " " + fold(parts.join(" ")));
    }
    return texts.get(each);
  };

  const months = ("january february march april may june july august september october november "
    + "december").split(" ");
  const month = (word) =>
    word.length < 3 ? 0 : 1 + months.findIndex((name) => name.startsWith(word.toLowerCase()));
  const two = (number) => String(number).padStart(2, "0");
  // The first and the last day that a date in words or figures may mean; null for what is no date.
  const days = (words) => {
    let found;
    if ((found = /^(.*?)\s*(?:\.\.|\/)\s*(.*)$/.exec(words)) && (found[1] || found[2])) {
      const from = found[1] ? days(found[1]) : ["", ""];
      const to = found[2] ? days(found[2]) : ["", "9999-12-31"];
      return from && to && from[0] <= to[1] ? [from[0], to[1]] : null;
    }
    let year, one = 0, day = 0;
    if ((found = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(words))) [, year, one, day] = found;
    else if ((found = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(words))) [, day, one, year] = found;
    else if ((found = /^(?:(\d{1,2})\s+)?([a-z]+)\.?\s+(\d{4})$/i.exec(words))) {
      [day, one, year] = [found[1], month(found[2]) || 99, found[3]];
    } else if ((found = /^([a-z]+)\.?\s+(\d{1,2}),?\s+(\d{4})$/i.exec(words))) {
      [one, day, year] = [month(found[1]) || 99, found[2], found[3]];
    }
    else return null;
    if (!one) return [year + "-01-01", year + "-12-31"];
    const last = new Date(Date.UTC(2000, one, 0));
    last.setUTCFullYear(+year, +one, 0);
    if (one < 1 || one > 12 || (day && (day < 1 || day > last.getUTCDate()))) return null;
    const stem = year + "-" + two(+one) + "-";
    return day ? [stem + two(+day), stem + two(+day)] : [stem + "01", stem + two(last.getUTCDate())];
  };

  const titleOf = (each) => each.querySelector(".title").textContent;
  const number = (count) => count.toLocaleString("en") + (count === 1 ? " record" : " records");
  const tell = (first, ...more) => {
    const strong = document.createElement("b");
    strong.textContent = first;
    status.replaceChildren(strong, " " + more.join(" "));
  };

  const asked = () => {
    const values = {};
    for (const [name, value] of new FormData(form)) if (value.trim()) values[name] = value.trim();
    return values;
  };

  const apply = (quietly) => {
    const values = asked();
    const words = fold(values.words || "").split(" ").filter(Boolean);
    const span = values.when ? days(values.when) : undefined;
    form.elements.when.setAttribute("aria-invalid", String(span === null));
    const fits = (each) => {
      const data = each.dataset;
      const about = (data.about || "").split(" ").concat(each.id);
      return (!values.kind || data.kind === values.kind)
        && (!values.actor || about.includes(values.actor))
        && (!values.topic || about.includes(values.topic))
        && (!span || (data.from !== undefined && data.from <= span[1] && data.to >= span[0]))
        && words.every((word) => text(each).includes(" " + word));
    };
    let count = 0;
    for (const each of cards) count += !(each.hidden = !fits(each));
    for (const each of pointers) each.hidden = card.get(each.dataset.of).hidden;
    for (const each of sections) {
      each.hidden = !each.querySelector("article" + shown + ", [data-of]" + shown);
    }
    const counts = years.map((each) => {
      const section = place(each.dataset.year);
      return section.querySelectorAll("article" + shown + ", .brief" + shown).length;
    });
    const most = Math.max(10, ...counts);
    years.forEach((each, index) => {
      const count = counts[index];
      each.hidden = !count;
      each.querySelector("rect").setAttribute("width", 100 * count / most + "%");
      each.querySelector(".count").textContent = count.toLocaleString("en");
      place(each.dataset.year).querySelector("h3 .count").textContent = number(count);
    });
    const filtered = Object.keys(values).length > 0;
    for (const each of main.querySelectorAll(".gap")) each.hidden = filtered;
    for (const each of entries) {
      const section = document.getElementById(each.querySelector("a").hash.slice(1));
      each.hidden = section.hidden;
      each.querySelector(".count").textContent =
        section.querySelectorAll("article" + shown + ", .brief" + shown).length.toLocaleString("en");
    }
    const all = number(cards.length) + ".";
    const told = [filtered ? count.toLocaleString("en") + " of " + all : "All " + all];
    show.textContent = "Show " + number(count);
    if (span === null) told.push("That is no date I can read.");
    if (span) {
      const within = (data) => data.from >= span[0] && data.to <= span[1];
      const coarse = cards.filter((each) => !each.hidden && !within(each.dataset));
      if (coarse.length) told.push(coarse.length.toLocaleString("en") + " with a longer or coarser date.");
      told.push("What has no date is left out.");
    }
    if (!count) told.push("Fewer words may find more.");
    tell(...told);
    if (filtered) {
      // On paper the form is not to be seen, so the records say what was asked for.
      const names = Object.keys(values).map((name) => {
        const field = form.elements[name];
        const value = field.selectedOptions ? field.selectedOptions[0].textContent : field.value;
        return field.labels[0].textContent + ": " + value;
      });
      main.dataset.filter = names.join("; ") + ".";
    } else delete main.dataset.filter;
    if (quietly) return;
    if (main.getBoundingClientRect().top < 0) main.scrollIntoView();
    try {
      const address = filtered ? "#?" + new URLSearchParams(values) : location.pathname + location.search;
      history.replaceState(null, "", address);
    } catch { /* A page that may not change its address is filtered all the same. */ }
  };

  // A link goes to its record also when the filter hides it; #?actor=… is a filter that was kept.
  const follow = () => {
    let name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch { /* As it stands, then. */ }
    if (name.startsWith("?")) {
      const kept = new URLSearchParams(location.hash.slice(2));
      for (const each of form.elements) if (each.name) each.value = kept.get(each.name) || "";
      apply(true);
      return;
    }
    const target = name && document.getElementById(name);
    const hidden = target && target.closest("[hidden]");
    if (!hidden || !main.contains(hidden)) return;
    const found = target.closest("article");
    if (found) {
      for (let each = found; each !== main; each = each.parentElement) each.hidden = false;
      tell(status.firstChild.textContent, "Shown as well: " + titleOf(found) + ".");
    } else {
      form.reset();
      apply(true);
    }
    target.scrollIntoView();
  };

  const fill = (select, options) => {
    for (const [value, label] of options) select.append(new Option(label, value));
  };
  const kinds = new Map();
  for (const each of cards) kinds.set(each.dataset.kind, (kinds.get(each.dataset.kind) || 0) + 1);
  const titled = (kind) => cards.filter((each) => each.dataset.kind === kind)
    .map((each) => [each.id, titleOf(each)])
    .sort((one, other) => one[1].localeCompare(other[1], "en"));
  fill(form.elements.actor, titled("actor"));
  fill(form.elements.topic, titled("topic"));
  fill(form.elements.kind, Array.from(kinds, ([kind, count]) => [kind, kind + " (" + count + ")"]));

  for (const each of cards) {
    const kind = each.dataset.kind;
    if (kind !== "actor" && kind !== "topic") continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "only";
    button.textContent = "Show only what names this " + kind;
    button.addEventListener("click", () => {
      form.reset();
      form.elements[kind].value = each.id;
      apply();
      form.elements[kind].focus();
      form.scrollIntoView();
    });
    each.append(button);
  }
  const back = document.createElement("p");
  back.className = "back";
  const link = document.createElement("a");
  link.href = "#page/filter";
  link.textContent = "Find";
  back.append(link);
  main.append(back);

  let waiting;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(apply, 250); };
  form.addEventListener("input", soon);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    apply();
    main.focus();
    main.scrollIntoView();
  });
  addEventListener("hashchange", follow);
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = Array.from(main.querySelectorAll("details:not([open])"));
    for (const each of folded) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of folded) each.open = false; });
  form.hidden = status.hidden = false;
  apply(true);
  follow();
})();
