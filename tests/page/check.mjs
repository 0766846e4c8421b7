// Checks the page of `kosrel export html` in headless Chromium: by hand, as it needs a browser.
//
//   npm install playwright-core axe-core        (in any folder; name it in NODE_PATH as .../node_modules)
//   kosrel export html -o facts.html
//   NODE_PATH=... node tests/page/check.mjs facts.html [FOLDER FOR SCREENSHOTS]
//
// CHROMIUM names the browser, else /usr/bin/chromium. Exit code 1 when a check fails.

import { createRequire } from "node:module";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");
const [file, folder] = process.argv.slice(2);
const address = pathToFileURL(resolve(file)).href;
if (folder) mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update"],
});
const desktop = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };
const narrow = { viewport: { width: 320, height: 640 } };
let failed = 0;

function expect(claim, holds, more = "") {
  if (!holds) failed += 1;
  console.log(`${holds ? "ok  " : "FAIL"}  ${claim}${more === "" ? "" : ` (${more})`}`);
}

// `refused`: what the browser is expected to say of something that the page does not allow.
async function visit(options, hash, act, refused = /^$/) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const loaded = [], said = [];
  page.on("request", (request) => loaded.push(request.url()));
  page.on("requestfailed", (request) => loaded.splice(loaded.indexOf(request.url()), 1));
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  await page.goto(address + hash);
  await page.waitForTimeout(300);
  const outcome = await act(page);
  expect(`nothing else is loaded and nothing is wrong at ${hash || "the top"}`,
    loaded.every((each) => each.split("#")[0] === address) && said.every((each) => refused.test(each)),
    said.join("; "));
  await context.close();
  return outcome;
}

async function shoot(page, name) {
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

const visible = (page, selector) => page.locator(selector).filter({ visible: true }).count();
const status = (page) => page.locator("[role=status]").innerText();
const settle = (page) => page.waitForTimeout(500);
const inView = (page, id) => page.evaluate((name) => {
  const box = document.getElementById(name).getBoundingClientRect();
  return box.height > 0 && box.top >= 0 && box.top < innerHeight / 2;
}, id);

// What the page holds, read from it without any script of its own.
const held = await visit({ ...desktop, javaScriptEnabled: false }, "", async (page) => {
  const cards = await page.locator("article").count();
  expect("without JavaScript every record is there to be read", await visible(page, "article") === cards, cards);
  expect("without JavaScript the filter is not", await visible(page, "form") === 0);
  await shoot(page, "no-javascript");
  return page.evaluate(() => {
    const cards = Array.from(document.querySelectorAll("article"));
    const named = {};
    for (const card of cards) {
      for (const name of (card.dataset.about || "").split(" ")) named[name] = (named[name] || 0) + 1;
    }
    const ids = (kind) => cards.filter((card) => card.dataset.kind === kind).map((card) => card.id);
    const most = (all) => all.sort((one, other) => (named[other] || 0) - (named[one] || 0))[0];
    const about = (id) => cards.filter((card) =>
      card.id === id || (card.dataset.about || "").split(" ").includes(id)).map((card) => card.id);
    const actor = most(ids("actor")), topic = most(ids("topic"));
    const dated = cards.filter((card) => card.dataset.kind === "event" && card.dataset.from);
    return {
      cards: cards.length, actor, topic, ofActor: about(actor), ofTopic: about(topic),
      kinds: Object.fromEntries(["event", "conflict"].map((kind) => [kind, ids(kind).length])),
      event: dated[Math.floor(dated.length / 2)].id, conflict: ids("conflict")[0],
      agreement: ids("agreement")[0], statement: ids("statement").pop(),
      name: document.getElementById(actor).querySelector(".title").textContent,
      years: document.querySelectorAll("[data-year]").length,
    };
  });
});

for (const [name, options] of Object.entries({ narrow, phone, desktop })) {
  for (const id of ["", held.event, held.conflict, held.agreement, held.actor]) {
    await visit(options, id && `#${id}`, async (page) => {
      const room = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(`${name}: nothing to scroll sideways at ${id || "the top"}`, room[0] <= room[1], room);
      if (id) expect(`${name}: the link to ${id} leads there`, await inView(page, id));
      if (!id) {
        const wide = await page.evaluate(() => Array.from(document.querySelectorAll("article, article *"))
          .filter((each) => each.getBoundingClientRect().right > innerWidth + 1).length);
        expect(`${name}: nothing stands out of the page`, wide === 0, wide);
        const small = await page.evaluate(() => Array.from(document.querySelectorAll(
          "button, input, select, summary, nav a, .index a, .years a")).filter((each) => {
          const box = each.getBoundingClientRect();
          return box.height && (box.height < 24 || box.width < 24);
        }).length);
        expect(`${name}: nothing to press is smaller than 24 pixels`, small === 0, small);
      }
      await shoot(page, `${name}-${id || "top"}`);
    });
  }
}

for (const options of [desktop, phone]) {
  await visit({ ...options, colorScheme: "dark" }, `#${held.agreement}`, async (page) => {
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect("dark is dark", ground.match(/\d+/g).every((part) => part < 60), ground);
    await shoot(page, options === phone ? "phone-dark" : "desktop-dark");
  });
}

await visit(desktop, "", async (page) => {
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => {
    const box = document.activeElement.getBoundingClientRect();
    return [document.activeElement.className, box.left >= 0 && box.top >= 0];
  });
  expect("the first stop of the keyboard is a link over all to the records", first[0] === "skip" && first[1]);
  await page.keyboard.press("Enter");
  expect("which leads to them", await page.evaluate(() => document.activeElement.id) === "page/records");
  await page.evaluate(() => document.querySelector("[name=words]").focus());
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  expect("the focus is seen", ring === "solid");

  const ids = () => page.evaluate(() =>
    Array.from(document.querySelectorAll("article:not([hidden])"), (each) => each.id));
  await page.selectOption("[name=actor]", held.actor);
  await settle(page);
  expect("an actor's records are found", (await ids()).join() === held.ofActor.join(), held.ofActor.length);
  expect("and told", (await status(page)).startsWith(`${held.ofActor.length} of ${held.cards} records.`));
  expect("and seen", await visible(page, "article") === held.ofActor.length);
  expect("the address keeps the filter", page.url().endsWith(`#?actor=${held.actor}`));
  const bars = await page.evaluate(() => Array.from(document.querySelectorAll("[data-year]:not([hidden])"))
    .every((each) => Number(each.querySelector(".count").textContent) === document
      .getElementById(`page/${each.dataset.year}`)
      .querySelectorAll("article:not([hidden]), .brief:not([hidden])").length));
  expect("the bars tell the years of what is found", bars);
  await page.selectOption("[name=topic]", held.topic);
  await settle(page);
  const both = held.ofActor.filter((id) => held.ofTopic.includes(id));
  expect("with a topic, what names both", (await ids()).join() === both.join(), both.length);
  await page.click("[type=reset]");
  await settle(page);
  expect("all comes back", (await ids()).length === held.cards && !page.url().includes("#?"));
  await page.selectOption("[name=kind]", "conflict");
  await settle(page);
  expect("a kind is found", (await ids()).length === held.kinds.conflict, held.kinds.conflict);
  await page.click("[type=reset]");
  const folded = held.name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  await page.fill("[name=words]", folded);
  await settle(page);
  expect(`'${folded}' finds ${held.name}`, (await ids()).includes(held.actor), (await ids()).length);
  await page.click("[type=reset]");
  const day = await page.locator(`[id="${held.event}"]`).evaluate((each) => each.dataset.from);
  await page.fill("[name=when]", day);
  await settle(page);
  expect(`${day} finds its event`, (await ids()).includes(held.event), (await ids()).length);
  await page.fill("[name=when]", "2013-02-30");
  await settle(page);
  expect("a date that is none is said", (await status(page)).includes("no date")
    && await page.getAttribute("[name=when]", "aria-invalid") === "true");
  await page.fill("[name=when]", "");
  await page.fill("[name=words]", "xyzzyplugh");
  await settle(page);
  expect("nothing found is said", (await status(page)).startsWith("0 of"));
  await page.evaluate((id) => { location.hash = id; }, held.statement);
  await settle(page);
  expect("a link to what is hidden shows it", await inView(page, held.statement));
  await page.goBack();
  await settle(page);
  expect("and going back hides it again", (await ids()).length === 0);
});

await visit(desktop, "", async (page) => {
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
    const image = document.createElement("img");
    image.src = "https://example.com/image.png";
    document.body.append(image);
  });
  await settle(page);
  expect("no other script runs", await page.evaluate(() => window.ran === undefined));
}, /Content Security Policy/);

await visit(phone, `#?actor=${held.actor}`, async (page) => {
  expect("a kept filter is set", await page.inputValue("[name=actor]") === held.actor
    && await visible(page, "article") === held.ofActor.length);
  await page.locator("[name=actor]").scrollIntoViewIfNeeded();
  await shoot(page, "phone-filter");
  await page.click("[type=submit]");
  await settle(page);
  expect("and its button leads to what is found", await inView(page, "page/records"));
  await shoot(page, "phone-found");
});

await visit(desktop, `#?actor=${held.actor}`, async (page) => {
  await shoot(page, "desktop-filter");
  await page.emulateMedia({ media: "print" });
  expect("paper has no form and says what was asked for", await visible(page, "form") === 0
    && (await page.evaluate(() => getComputedStyle(document.querySelector("main"), "::before").content))
      .includes(held.name));
  const paper = await page.pdf({ path: folder && join(folder, "print.pdf"), format: "A4" });
  expect("it prints", paper.length > 10000, `${paper.length} bytes`);
});

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
for (const [name, options, hash] of [
  ["light", desktop, ""], ["dark", { ...desktop, colorScheme: "dark" }, ""], ["narrow", narrow, ""],
  ["target", desktop, `#${held.agreement}`], ["dark target", { ...desktop, colorScheme: "dark" }, `#${held.agreement}`],
  ["filtered", phone, `#?actor=${held.actor}`],
]) {
  await visit({ ...options, bypassCSP: true }, hash, async (page) => {
    // What is out of sight is looked at as well.
    await page.addStyleTag({ content: "article { content-visibility: visible !important }" });
    await page.addScriptTag({ path: axe });
    const found = await page.evaluate((tags) => window.axe.run(document, {
      runOnly: tags, resultTypes: ["violations", "incomplete"],
    }), rules);
    const brief = (list) => list.map((each) => `${each.id} ×${each.nodes.length}: ${each.nodes[0].html.slice(0, 90)}`);
    expect(`axe finds nothing: ${name}`, found.violations.length === 0, brief(found.violations).join("; "));
    for (const line of brief(found.incomplete)) console.log(`      to be looked at: ${line}`);
  });
}

await browser.close();
console.log(failed ? `${failed} checks failed` : "all checks hold");
process.exit(failed ? 1 : 0);
