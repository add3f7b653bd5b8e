// The page in a real browser: reads what stands there, taps, writes, and waits for what must come.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const PATIENCE = 20_000;
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
export const NARROW = { width: 390, height: 844 };
export const WIDE = { width: 1280, height: 800 };

/** Runs in the page: everything that can be seen in it, as values. */
function installReader() {
  const clean = (text) => text.replace(/\s+/g, " ").trim();
  const read = (element, without) => {
    const copy = element.cloneNode(true);
    if (without) for (const drawn of copy.querySelectorAll(without)) drawn.remove();
    for (const block of copy.querySelectorAll("p, li, ul, ol, h3, h4, h5, h6, pre, div, td, th, summary, footer, br")) {
      block.append(" ");
    }
    return clean(copy.textContent);
  };
  const message = (article) => {
    const body = article.querySelector(".body");
    const blocks = [...(body?.children ?? [])].map((block) => ({
      tag: block.tagName.toLowerCase(),
      text: read(block),
      bold: [...block.querySelectorAll("b, strong")].map((one) => clean(one.textContent)),
    }));
    return {
      id: Number(article.dataset.messageId),
      mine: article.classList.contains("mine"),
      text: read(body ?? article.querySelector(".big") ?? article),
      prose: body ? read(body, "math, code, pre") : "",
      formulas: article.querySelectorAll("math").length,
      broken: article.querySelectorAll("merror, .broken-formula").length,
      blocks,
      keys: [...article.querySelectorAll(".key")].map((key) => key.textContent),
    };
  };
  const text = (selector) => clean(document.querySelector(selector)?.textContent ?? "");
  window.readChat = () => ({
    messages: [...document.querySelectorAll("#log > article")].map(message),
    busy: document.querySelectorAll("[aria-busy=true]").length,
    toasts: window.toastsSeen ?? [],
    learner: Number(document.querySelector("[data-learner-id][aria-current]")?.dataset.learnerId ?? 0),
    learners: [...document.querySelectorAll("[data-learner-id] .name")].map((name) => name.textContent),
    status: text("#status"),
    clock: text("#clock"),
    nextReminder: text("#next"),
    doors: ["start", "composer", "unblock"].filter((id) => document.getElementById(id)?.hidden === false),
  });
  window.chatChanged = (before) => JSON.stringify(window.readChat()) !== before;
  document.addEventListener("DOMContentLoaded", () => {
    window.toastsSeen = [];
    new MutationObserver((changes) => {
      for (const added of changes.flatMap((change) => [...change.addedNodes])) {
        window.toastsSeen.push(added.textContent);
      }
    }).observe(document.getElementById("toasts"), { childList: true });
  });
}

/** Runs in the page: what sticks out of its place. */
function findOverflow() {
  const found = [];
  const wider = (element) => element.scrollWidth > element.clientWidth + 1;
  const check = (name, elements) => {
    for (const element of elements) {
      if (wider(element)) found.push(`${name} “${element.textContent.slice(0, 60)}”`);
    }
  };
  check("page", [document.documentElement, document.body]);
  check("chat", [document.getElementById("scroll")]);
  check("bubble", document.querySelectorAll(".bubble"));
  check("button", document.querySelectorAll(".key"));
  for (const element of document.querySelectorAll("main *, .bubble, .keyboard")) {
    if (element.closest(".formula, .pre, .table, math, #commands, [hidden], .visually-hidden")) continue;
    if (element.classList.contains("visually-hidden")) continue;
    if (element.getBoundingClientRect().right > innerWidth + 1) {
      found.push(`${element.tagName} beyond the edge: “${element.textContent.slice(0, 60)}”`);
    }
  }
  return found;
}

export class Chat {
  #pictures = 0;

  /** Faults that the page or the browser reported, but for those of an outage that the test made itself. */
  faults = [];
  outage = false;

  static async open(address, profile, pictures, timezone) {
    mkdirSync(pictures, { recursive: true });
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGUMENTS, headless: true,
      viewport: NARROW, colorScheme: "light", locale: "en-GB", timezoneId: timezone,
    });
    const chat = new Chat();
    chat.context = context;
    chat.pictures = pictures;
    chat.page = context.pages()[0] ?? (await context.newPage());
    chat.page.setDefaultTimeout(PATIENCE);
    chat.#watch();
    await chat.page.addInitScript(installReader);
    await chat.page.goto(address);
    return chat;
  }

  #watch() {
    const note = (fault) => { if (!this.outage) this.faults.push(fault); };
    this.page.on("console", (line) => {
      if (["error", "warning"].includes(line.type())) note(`console ${line.type()}: ${line.text()}`);
    });
    this.page.on("pageerror", (error) => note(`exception in the page: ${error.message}`));
    this.page.on("response", (answer) => {
      if (answer.status() >= 400) note(`${answer.status()} for ${answer.request().method()} ${answer.url()}`);
    });
    this.page.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "";
      if (reason !== "net::ERR_ABORTED") note(`${reason} for ${request.url()}`);
    });
  }

  async close() {
    await this.context.close();
  }

  /* ---- reading ---- */

  read() {
    return this.page.evaluate(() => window.readChat());
  }

  /** Waits until what can be seen fulfils a condition, and returns it. */
  async until(what, condition, patience = PATIENCE) {
    const limit = Date.now() + patience;
    for (;;) {
      const seen = await this.read();
      if (condition(seen)) return seen;
      const left = limit - Date.now();
      if (left <= 0) throw new Error(`waited in vain for ${what}`);
      await this.page
        .waitForFunction((before) => window.chatChanged(before), JSON.stringify(seen), { timeout: left })
        .catch((error) => { if (error.name !== "TimeoutError") throw error; });
    }
  }

  /** The newest message that fulfils a condition. */
  async message(what, condition) {
    const seen = await this.until(what, ({ messages, busy }) => busy === 0 && messages.some(condition));
    return seen.messages.findLast(condition);
  }

  /* ---- acting ---- */

  /** Taps the newest button with this label, and waits until the tap is answered and its effect is seen. */
  async tap(label, options = {}) {
    const { before, message } = await this.#press(label, options);
    const seen = await this.until(`an answer to [${label}]`, (now) => now.busy === 0 && different(now, before));
    return { seen, message: seen.messages.find(({ id }) => id === message) };
  }

  async #press(label, { message, double = false }) {
    const fits = (one) => (message === undefined || one.id === message) && one.keys.some((key) => matches(key, label));
    const before = await this.until(`a button [${label}]`, ({ messages, busy }) => busy === 0 && messages.some(fits));
    const holder = before.messages.findLast(fits);
    const place = holder.keys.findIndex((key) => matches(key, label));
    const key = this.page.locator(`[data-message-id="${holder.id}"] .key`).nth(place);
    await (double ? key.dblclick() : key.click());
    return { before, message: holder.id };
  }

  /** Clicks a button twice as a slow double click does: the second click comes when the first is answered. */
  async tapTwice(label) {
    const fits = (one) => one.keys.some((key) => matches(key, label));
    const before = await this.until(`a button [${label}]`, ({ messages, busy }) => busy === 0 && messages.some(fits));
    const holder = before.messages.findLast(fits);
    const place = holder.keys.findIndex((key) => matches(key, label));
    const key = this.page.locator(`[data-message-id="${holder.id}"] .key`).nth(place);
    await key.scrollIntoViewIfNeeded();
    const box = await key.boundingBox();
    const [x, y] = [box.x + box.width * 0.25, box.y + box.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down({ clickCount: 1 });
    await this.page.mouse.up({ clickCount: 1 });
    await this.page.waitForFunction((old) => 
      window.readChat().messages.every(({ keys }) => keys.join() !== old), holder.keys.join());
    await this.page.mouse.down({ clickCount: 2 });
    await this.page.mouse.up({ clickCount: 2 });
    const seen = await this.until(`an answer to [${label}]`, (now) => now.busy === 0 && different(now, before));
    return { seen, message: seen.messages.find(({ id }) => id === holder.id) };
  }

  /** Writes into the field and sends with Enter; `answered` tells when the bot has reacted. */
  async say(text, what, answered) {
    const before = await this.until("a free moment", ({ busy }) => busy === 0);
    await this.page.locator("#input").fill(text);
    await this.page.locator("#input").press("Enter");
    return this.until(what, (now) => now.busy === 0 && answered(now, before));
  }

  /** Writes, and returns the bot's new message. */
  async ask(text) {
    const seen = await this.say(text, `a message in answer to “${text.slice(0, 40)}”`, newAnswer);
    return seen.messages.at(-1);
  }

  /** Opens the panel on a narrow screen; on a wide one it is there. */
  async openPanel() {
    const opener = this.page.getByTestId("open-side");
    if (await opener.isVisible()) await opener.click();
    await this.page.locator("#clock").waitFor({ state: "visible" });
  }

  /** Closes the panel if it covers the chat. */
  async closePanel() {
    const closer = this.page.locator("#side-close");
    if (await closer.isVisible()) await closer.click();
    await this.page.locator("#shade").waitFor({ state: "hidden" });
  }

  /** Lets the next reminder come, and returns its message, what the panel promised, and the clock. */
  async travelToReminder(greeting) {
    const before = await this.read();
    const old = new Set(before.messages.map(({ id }) => id));
    const isReminder = ({ id, mine, text }) => !old.has(id) && !mine && greeting.test(text);
    await this.openPanel();
    await this.page.getByTestId("travel-reminder").click();
    const seen = await this.until("the reminder", (now) =>
      now.busy === 0 && now.messages.some(isReminder) && now.clock !== before.clock);
    await this.page.locator("#shade").waitFor({ state: "hidden" });
    return { message: seen.messages.findLast(isReminder), promised: before.nextReminder, clock: seen.clock };
  }

  /* ---- pictures ---- */

  /** Four pictures of the screen; refuses one that is too wide. */
  async picture(name) {
    const [size, number] = [this.page.viewportSize(), String(++this.#pictures).padStart(2, "0")];
    const wrong = [];
    for (const [format, viewport] of [["narrow", NARROW], ["wide", WIDE]]) {
      await this.page.setViewportSize(viewport);
      for (const colorScheme of ["light", "dark"]) {
        await this.page.emulateMedia({ colorScheme });
        await this.#drawn();
        const path = join(this.pictures, `${number}-${name}-${format}-${colorScheme}.png`);
        await this.page.screenshot({ path });
      }
      const found = await this.page.evaluate(findOverflow);
      wrong.push(...found.map((one) => `${viewport.width} px: ${one}`));
    }
    await this.page.emulateMedia({ colorScheme: "light" });
    await this.page.setViewportSize(size);
    await this.#drawn();
    if (wrong.length > 0) throw new Error(`too wide:\n  ${[...new Set(wrong)].join("\n  ")}`);
  }

  #drawn() {
    return this.page.evaluate(async () => {
      await document.fonts.ready;
      // A panel that slides is not yet where it will be; the line on a busy button never ends.
      const sliding = document.getAnimations().filter((one) => one instanceof CSSTransition);
      await Promise.all(sliding.map((one) => one.finished.catch(() => {})));
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    });
  }

  /** What is on the screen, for a person who reads of a failure. */
  async describe() {
    const { messages, toasts, status, clock, busy } = await this.read();
    const lines = messages.slice(-6).map(({ mine, text, keys }) => {
      const buttons = keys.length > 0 ? `\n      [${keys.join("] [")}]` : "";
      return `    ${mine ? ">" : "<"} ${text.slice(0, 600)}${buttons}`;
    });
    const toast = toasts.at(-1) ? `, last toast “${toasts.at(-1)}”` : "";
    return [`  on the screen (${clock}; ${status}; ${busy} busy${toast}):`, ...lines].join("\n");
  }
}

const matches = (key, label) => (label instanceof RegExp ? label.test(key) : key === label);

/** Whether an act has changed the messages; a toast alone may come ahead of the change that it speaks of. */
const different = (now, before) => JSON.stringify(now.messages) !== JSON.stringify(before.messages);

/** Whether the newest message is the bot's and was not there before. */
function newAnswer(now, before) {
  const last = now.messages.at(-1);
  return last !== undefined && !last.mine && !before.messages.some(({ id }) => id === last.id);
}
