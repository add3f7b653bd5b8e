// The story of coding prompts: a new learner hands in programs, right and wrong, in every way a phone offers.
// Each step relies on the ones before it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { ENDLESS, HALVES, INEXACT, LONG, NO_COLON, RIGHT, UNSHIFTED } from "./programs.mjs";
import { assertReadable } from "./readable.mjs";

/** A new machine translates Python to native code first; the other core may be busy. */
const PREPARATION = 240_000;
const VERDICT = /^([✓✗]) (?:(\d+) of (\d+) tests · (under \d+|[\d.]+) m?s)?/;
const isVerdict = ({ mine, text }) => !mine && VERDICT.test(text);
const isPrompt = ({ mine, text }) => !mine && /^Code · week \d/.test(text);

export class Coding {
  constructor(chat, bot) {
    this.chat = chat;
    this.bot = bot;
  }

  steps() {
    return [
      ["a program handed in while Python is still being prepared gets its verdict", this.isPrepared],
      ["the verdict names the failing test and the known mistake; hints open in place", this.opensHints],
      ["words, a sticker, a picture, a location: each is told what to send", this.sendsOtherThings],
      ["a syntax error is pointed at and counts for nothing", this.misspells],
      ["what differs only in late digits is shown in full", this.isInexact],
      ["an endless loop ends after two seconds", this.loops],
      ["the starter file comes as a document, goes back, and passes when it is filled in", this.sendsFiles],
      ["compare shows both programs", this.compares],
      ["the solution, after a question", this.givesUp],
      ["a program in two messages is one program", this.sendsHalves],
      ["5,000 characters, which a phone sends as two messages", this.sendsLongProgram],
      ["an edited program, a second tap, a week that is none: no harm", this.playsAround],
      ["kill -9 in the middle of a run: the verdict comes after the restart, once", this.survivesKill],
      ["no error in the browser's console, no raw markup", this.wasClean],
    ];
  }

  /* ---- means ---- */

  async open(name) {
    await this.chat.ask(`/start code_${name}`);
    return this.chat.message(`the prompt ${name}`, isPrompt);
  }

  /** Does something that hands in a program, and returns its verdict. */
  async judged(what, act, patience) {
    const known = new Set((await this.chat.read()).messages.map(({ id }) => id));
    await act();
    const fresh = (message) => isVerdict(message) && !known.has(message.id);
    const seen = await this.chat.until(`the verdict on ${what}`, ({ messages, busy }) => busy === 0 && messages.some(fresh), patience);
    const verdict = seen.messages.findLast(fresh);
    assertReadable(verdict);
    assert.ok(seen.messages.every(({ id, keys, mine }) => mine || id === verdict.id || !keys.includes("Skip")),
      "only the verdict has the prompt's buttons");
    return verdict;
  }

  submit(what, program) {
    return this.judged(what, () => this.chat.say(program, "the program to leave the field", ({ messages }) => messages.at(-1) !== undefined));
  }

  upload(name, content, field = "#any-file", mimeType = "text/x-python") {
    return this.chat.page.locator(field).setInputFiles({ name, mimeType, buffer: Buffer.from(content) });
  }

  /** Does something that is no program, and returns what the bot says to it. */
  async told(what, act) {
    const before = await this.chat.read();
    await act();
    const known = new Set(before.messages.map(({ id }) => id));
    const isNew = ({ id, mine }) => !mine && !known.has(id);
    return (await this.chat.until(`an answer to ${what}`, ({ messages }) => messages.some(isNew))).messages.findLast(isNew);
  }

  /* ---- steps ---- */

  async isPrepared() {
    const { chat } = this;
    await chat.page.getByTestId("start").click();
    await chat.message("the first question", ({ text }) => text.startsWith("Welcome to Liftoff"));
    for (let question = 0; question < 3; question += 1) await chat.tap(/^Skip: /);
    await chat.message("the first day", ({ text }) => text.startsWith("Week 1 ·"));
    const prompt = await this.open("stable-softmax");
    assert.ok(prompt.formulas >= 2 && prompt.broken === 0, "the statement has its formulas");
    assert.deepEqual(prompt.keys, ["Hint 1 of 3", "Starter file", "Show solution", "Skip"]);
    assertReadable(prompt);
    await chat.picture("prompt");
    const verdict = await this.judged("the first program", async () => {
      const note = await this.told("a program ahead of Python", () => chat.say(UNSHIFTED, "it to be sent", () => true));
      assert.match(note.text, /^Python is being prepared .* \d+ % so far\. Your program is kept/);
      await chat.picture("being-prepared");
    }, PREPARATION);
    assert.match(verdict.text, /^✗ 8 of 12 tests · /);
    this.failed = verdict;
  }

  async opensHints() {
    const { chat, failed } = this;
    assert.ok(failed.text.includes("large values"), "the failing test");
    assert.match(failed.text, /softmax\(\[1000, 1001, 1002\]\) .*got OverflowError: math range error/);
    assert.ok(failed.text.includes("Large inputs overflow: subtract the maximum first."), "the known mistake");
    await chat.picture("failed");
    for (const number of [1, 2]) {
      const { message } = await chat.tap(`Hint ${number} of 3`, { message: failed.id });
      assert.ok(message.text.includes(`Hint ${number}: `), "the hint stands in the same message");
      assertReadable(message);
    }
    await chat.picture("hints");
  }

  async sendsOtherThings() {
    const { chat } = this;
    const asks = /^A coding prompt is open: send a program that defines softmax/;
    const sticker = await this.told("a sticker", async () => {
      await chat.page.getByTestId("sticker").click();
      await chat.page.getByRole("button", { name: "Sticker 🤔" }).click();
    });
    assert.match(sticker.text, asks);
    assert.match((await chat.ask("I have no idea how to begin")).text, asks);
    const picture = await chat.page.screenshot();
    assert.match((await this.told("a picture", () => this.upload("code.png", picture, "#photo-file", "image/png"))).text,
      /^I can't read a program from a picture\. A coding prompt is open: send a program that defines softmax/);
    await chat.picture("a-picture-instead");
    const place = await this.told("a location", async () => {
      await chat.page.getByTestId("attach").click();
      await chat.page.getByTestId("attach-location").click();
      await chat.page.locator("#place button[value=send]").click();
    });
    // A place is always the time zone, whatever is open.
    assert.match(place.text, /^Time zone: /);
    const file = await this.told("a PDF", () => this.upload("solution.pdf", "%PDF-1.7", "#any-file", "application/pdf"));
    assert.match(file.text, /“solution\.pdf” is no \.py file/);
    const { message: asked } = await chat.tap("Show it here");
    const message = await chat.message("the prompt where it was asked for", ({ id, ...rest }) =>
      id === asked.id && isPrompt(rest));
    assert.ok(message.text.includes("Hint 2: "), "with the hints so far");
    assert.deepEqual(message.keys, ["Hint 3 of 3", "Starter file", "Show solution", "Skip"]);
  }

  async misspells() {
    const verdict = await this.submit("a program without its colon", NO_COLON);
    assert.match(verdict.text, /^✗ Not Python yet, line 1 .*expected ':'.*No attempt was counted/);
    await this.chat.picture("syntax-error");
  }

  async isInexact() {
    const verdict = await this.submit("a program that is not exact enough", INEXACT);
    assert.match(verdict.text, /^✗ 8 of 12 tests/);
    assert.match(verdict.text, /expected \[0\.090030573170….* got \[0\.090030573173….*What it printed z is \[1, 2, 3\]/);
    await this.chat.picture("inexact");
  }

  async loops() {
    const verdict = await this.submit("an endless loop", ENDLESS);
    assert.match(verdict.text, /^✗ 0 of 12 tests.* no result: 2 seconds were over/);
    await this.chat.picture("time-out");
  }

  async sendsFiles() {
    const { chat } = this;
    const before = (await chat.read()).messages;
    const link = chat.page.locator('a.document[download="stable_softmax.py"]');
    await this.open("stable-softmax");
    await chat.tap("Starter file");
    await link.waitFor();
    assert.ok((await chat.read()).messages.length > before.length);
    const arrival = chat.page.waitForEvent("download");
    await link.click();
    const starter = readFileSync(await (await arrival).path(), "utf8");
    assert.match(starter, /^# code-stable-softmax: .*\n\nimport math\n\ndef softmax\(z, temperature=1\.0\):\n {4}raise NotImplementedError\n$/);
    await chat.picture("starter");
    const untouched = await this.judged("the starter file", () => this.upload("stable_softmax.py", starter));
    assert.match(untouched.text, /^✗ 0 of 12 tests.* got NotImplementedError/);
    await chat.picture("starter-sent-back");
    const passed = await this.judged("the filled in file", () =>
      this.upload("stable_softmax.py", starter.replace(/def [^]*/, RIGHT).replaceAll("\n", "\r\n")));
    assert.match(passed.text, /^✓ 12 of 12 tests · .*Passed at submission 5, with 2 hints\./);
    assert.match(passed.text, /Comes again in 1 d\.$/);
    assert.deepEqual(passed.keys, ["Next prompt", "Compare", "Today"]);
    await chat.picture("passed");
    this.passed = passed;
  }

  async compares() {
    const { chat, passed } = this;
    const { message } = await chat.tap("Compare", { message: passed.id });
    assert.match(message.text, /Your program .*top = max\(z\).* Reference solution .*total = sum\(e\).*Subtracting the maximum/);
    assertReadable(message);
    await chat.picture("compared");
  }

  async givesUp() {
    const { chat } = this;
    const prompt = await this.open("two-sum");
    let { message } = await chat.tap("Show solution", { message: prompt.id });
    assert.match(message.text, /Show the solution of two_sum\?/);
    await chat.picture("sure");
    ({ message } = await chat.tap("Back", { message: prompt.id }));
    assert.equal(message.text, prompt.text, "back at the prompt");
    await chat.tap("Show solution", { message: prompt.id });
    ({ message } = await chat.tap("Show it", { message: prompt.id }));
    assert.match(message.text, /Reference solution .*def two_sum.*Comes again in 1 d\.$/);
    assertReadable(message);
    await chat.picture("solution");
    await chat.tap("Next prompt", { message: prompt.id });
    const next = await chat.message("the next prompt", ({ id, ...rest }) => id > prompt.id && isPrompt(rest));
    assert.match(next.text, /^Code · week 12, /);
    await chat.picture("next-prompt");
  }

  async sendsHalves() {
    await this.open("stable-softmax");
    const missing = await this.submit("the first half", HALVES[0]);
    assert.match(missing.text, /^✗ There is no softmax in it/);
    await this.chat.picture("half");
    const passed = await this.submit("the second half", HALVES[1]);
    assert.match(passed.text, /^✓ 12 of 12 tests/);
    assert.match(passed.text, /Passed at the first submission/);
  }

  async sendsLongProgram() {
    await this.open("stable-softmax");
    const before = (await this.chat.read()).messages;
    const passed = await this.submit("5,000 characters", LONG);
    assert.match(passed.text, /^✓ 12 of 12 tests/);
    await pause(2_000);
    const { messages } = await this.chat.read();
    const fresh = messages.filter(({ id }) => !before.some((one) => one.id === id));
    assert.equal(fresh.filter(({ mine }) => mine).length, 2, "it went as two messages");
    assert.equal(fresh.filter(isVerdict).length, 1, "and has one verdict");
    await this.chat.picture("long-program");
  }

  async playsAround() {
    const { chat } = this;
    assert.match((await chat.ask("/code 99")).text, /^“99” is not a week of the plan/);
    const prompt = await this.open("stable-softmax");
    await chat.tapTwice("Hint 1 of 3");
    const { messages } = await chat.read();
    const shown = messages.find(({ id }) => id === prompt.id);
    assert.ok(shown.text.includes("Hint 1: ") && !shown.text.includes("Hint 2: "), "a double tap opens one hint");
    const own = messages.findLast(({ mine, text }) => mine && text.includes("return [x / sum(e)"));
    await chat.page.locator(`[data-message-id="${own.id}"] [data-place=more]`).click();
    await chat.page.getByRole("button", { name: "Edit", exact: true }).click();
    const edited = await this.told("an edited message", async () => {
      await chat.page.locator("#input").press("End");
      await chat.page.locator("#input").press("Enter");
    });
    assertReadable(edited);
    await chat.picture("edited");
  }

  async survivesKill() {
    const { chat, bot } = this;
    await this.open("stable-softmax");
    const before = (await chat.read()).messages.filter(isVerdict).length;
    const verdict = await this.judged("the program of a bot that was killed", async () => {
      await chat.say(ENDLESS, "it to be sent", ({ messages }) => messages.at(-1).mine);
      await bot.saved("while True");
      await pause(1_000);
      assert.equal((await chat.read()).messages.filter(isVerdict).length, before, "the run is under way");
      chat.outage = true;
      await bot.stop("SIGKILL");
      await chat.until("the page to notice", ({ status }) => status === "the local chat does not answer");
      await bot.start();
      await chat.until("the page to be back", ({ status }) => status !== "the local chat does not answer");
      chat.outage = false;
    }, PREPARATION);
    assert.match(verdict.text, /^✗ 0 of 12 tests.* no result: 2 seconds were over/);
    await pause(4_000);
    const { messages } = await chat.read();
    assert.equal(messages.filter(isVerdict).length, before + 1, "one verdict");
    assert.equal(messages.filter(({ text }) => text.startsWith("Python is being prepared")).length, 1,
      "Python is prepared once");
  }

  async wasClean() {
    const { chat } = this;
    const { messages } = await chat.read();
    for (const message of messages.filter(({ mine }) => !mine)) assertReadable(message);
    assert.deepEqual(chat.faults, []);
    assert.doesNotMatch(this.bot.log, /\b(ERROR|WARN)\b/, "the bot's log has no error and no warning");
  }
}
