// The story of progress: a week of study, its report, the checkpoint, and what /stats makes of it. Each step relies
// on the ones before it.

import assert from "node:assert/strict";
import { dayOf, Learner } from "./learner.mjs";
import { assertReadable } from "./readable.mjs";

const startsWith = (text) => ({ mine, text: whole }) => !mine && whole.startsWith(text);
const GREETING = /^Good (morning|afternoon|evening), Ann\. /;

export class Progress {
  constructor(chat, bot) {
    this.chat = chat;
    this.bot = bot;
    this.ann = new Learner(chat);
  }

  steps() {
    return [
      ["nothing studied yet: pictures that say how they begin", this.isNew],
      ["a week: reviews, days done, a link, an evening off", this.studiesAWeek],
      ["the reminder of day 7 brings the week's report", this.isReported],
      ["the checkpoint of the week", this.takesTheCheckpoint],
      ["the week view: boxes to tick, there and back", this.ticksBoxes],
      ["an interview date counts down", this.setsTheInterview],
      ["/stats: two pictures and the same figures in words", this.seesStats],
      ["dark pictures, and a second tap changes nothing", this.turnsDark],
      ["portfolio, pause, moving the plan", this.looksAround],
      ["no error in the browser's console, nothing raw", this.wasClean],
    ];
  }

  /** The pictures in the chat, the newest last, as they were drawn. */
  async drawings() {
    const images = this.chat.page.locator("a.photo img");
    return images.evaluateAll((all) => Promise.all(all.map(async (image) => {
      await image.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
      canvas.getContext("2d").drawImage(image, 2, 2, 1, 1, 0, 0, 1, 1);
      const [red, green, blue] = canvas.getContext("2d").getImageData(0, 0, 1, 1).data;
      return { alt: image.alt, width: image.naturalWidth, height: image.naturalHeight, dark: red + green + blue < 200 };
    })));
  }

  /** Pictures of the screen with the n-th image from the end in view. */
  async pictureAt(name, fromEnd) {
    const images = this.chat.page.locator("a.photo img");
    await images.nth((await images.count()) - fromEnd).scrollIntoViewIfNeeded();
    await this.chat.picture(name);
  }

  async isNew() {
    const { chat } = this;
    await chat.page.getByTestId("start").click();
    await chat.message("the first question", startsWith("Welcome to Liftoff"));
    for (let question = 0; question < 3; question += 1) await chat.tap(/^Skip: /);
    await chat.message("the first day", startsWith("Week 1 ·"));
    this.ann.day = await this.ann.today();
    const words = await this.stats("/stats");
    assert.match(words.text, /Retention: Nothing yet\./);
    assert.deepEqual((await this.drawings()).map(({ dark }) => dark), [false, false]);
    await this.pictureAt("stats-of-a-new-learner", 2);
  }

  /** Asks for the progress, and returns the words below the pictures. */
  async stats(command) {
    const known = new Set((await this.chat.read()).messages.map(({ id }) => id));
    const isNew = ({ id, text }) => !known.has(id) && text.startsWith("Your progress");
    const seen = await this.chat.say(command, "the progress", ({ messages }) => messages.some(isNew));
    return seen.messages.findLast(isNew);
  }

  async studiesAWeek() {
    const { chat, ann } = this;
    await chat.ask("/review");
    await ann.play();
    await chat.ask("/done https://github.com/ann/hello-ml");
    for (let day = 2; day <= 6; day += 1) {
      const { message, clock } = await chat.travelToReminder(GREETING);
      ann.day = dayOf(clock);
      assertReadable(message);
      assert.ok(!message.text.includes("The last seven days"), "no report before day 7");
      if (day === 4) {
        await chat.tap("Not today", { message: message.id });
        continue;
      }
      await chat.tap("Start", { message: message.id });
      await ann.play();
      if (day !== 5) await chat.ask("/done");
    }
  }

  async isReported() {
    const { chat, ann } = this;
    const { message, clock } = await chat.travelToReminder(GREETING);
    ann.day = dayOf(clock);
    assertReadable(message);
    assert.match(message.text, /Week 1 · the last seven days/);
    assert.match(message.text, /Plan days of week 1 done: 4 of 7/);
    assert.match(message.text, /Recalled: \d+ % of \d+ due cards/);
    await chat.picture("report");
    this.reported = message;
  }

  async takesTheCheckpoint() {
    const { chat } = this;
    await chat.ask("/today");
    let { message } = await chat.tap("Checkpoint");
    assert.match(message.text, /^1 \/ 20 · week 1, day \d/);
    const { id } = message;
    for (let question = 1; question <= 20; question += 1) {
      assert.match(message.text, new RegExp(`^${question} / 20 · week 1`));
      const [way, ...rest] = ["I don't know", "Show answer"].filter((label) => message.keys.includes(label));
      assert.equal(rest.length, 0);
      // One card in four is not known.
      if (way === "Show answer") {
        await chat.tap(way, { message: id });
        ({ message } = await chat.tap(question % 4 === 0 ? /^Again/ : /^Good/, { message: id }));
      } else {
        await chat.tap(message.keys.includes("A") && question % 4 !== 0 ? "A" : way, { message: id });
        ({ message } = await chat.tap("Next", { message: id }));
      }
    }
    assert.match(message.text, /^Checkpoint · week 1: \d+ of 20/);
    assertReadable(message);
    await chat.picture("checkpoint");
  }

  async ticksBoxes() {
    const { chat } = this;
    const week = await chat.ask("/week 1");
    assertReadable(week);
    await chat.picture("week");
    let { message } = await chat.tap("Mark days", { message: week.id });
    const ticked = ({ keys }) => keys.filter((key) => key.startsWith("✓ ")).map((key) => Number(key.slice(2)));
    assert.deepEqual(ticked(message), [1, 2, 3, 6]);
    await chat.picture("days");
    ({ message } = await chat.tap("5", { message: week.id }));
    assert.deepEqual(ticked(message), [1, 2, 3, 5, 6]);
    const boxes = this.chat.page.locator(`[data-message-id="${week.id}"] li.check .box`);
    assert.equal(await boxes.count(), 7);
    assert.deepEqual(await boxes.evaluateAll((all) => all.map((box) => box.getAttribute("aria-label"))),
      ["done", "done", "done", "not done", "done", "done", "not done"]);
    ({ message } = await chat.tap("✓ 5", { message: week.id }));
    assert.deepEqual(ticked(message), [1, 2, 3, 6], "there and back");
  }

  async setsTheInterview() {
    const { chat } = this;
    const { clock } = await chat.read();
    const date = new Date((dayOf(clock) + 23) * 86_400_000).toISOString().slice(0, 10);
    assertReadable(await chat.ask(`/interview ${date}`));
    const today = await chat.ask("/today");
    assert.match(today.text, /T-23 days/);
    await chat.picture("countdown");
  }

  async seesStats() {
    const words = await this.stats("/stats");
    assertReadable(words);
    const drawings = (await this.drawings()).slice(-2);
    for (const { alt, width, height, dark } of drawings) {
      assert.ok(width === 1080 && height > 600, `${width} × ${height}`);
      assert.ok(!dark && alt.length > 40, alt);
    }
    const streak = /Streak: (\d+) days?/.exec(words.text)?.[1] ?? assert.fail(words.text);
    assert.ok(drawings[0].alt.includes(`Streak ${streak} day`), `${drawings[0].alt} and ${words.text}`);
    const readiness = /readiness (\d+)%/.exec(drawings[1].alt)?.[1] ?? assert.fail(drawings[1].alt);
    assert.match(words.text, new RegExp(`Readiness: ${readiness}%`));
    assert.match(words.text, /Readiness is a forecast\. Model: /);
    await this.chat.picture("stats-words");
    await this.pictureAt("stats-days", 2);
    await this.pictureAt("stats-weeks", 1);
  }

  async turnsDark() {
    const { chat } = this;
    const before = (await this.drawings()).length;
    const holder = await chat.message("the words", ({ text, keys }) => text.startsWith("Your progress") && keys.includes("Dark"));
    await chat.tap("Dark", { message: holder.id });
    const words = await chat.message("the words again", ({ text, keys }) => text.startsWith("Your progress") && keys.includes("Light"));
    assert.ok(words.id > holder.id);
    const drawings = (await this.drawings()).slice(before);
    assert.deepEqual(drawings.map(({ dark }) => dark), [true, true]);
    await this.pictureAt("stats-dark-days", 2);
    await this.pictureAt("stats-dark-weeks", 1);
  }

  async looksAround() {
    const { chat } = this;
    for (const [command, name, pattern] of [
      ["/portfolio", "portfolio", /github\.com\/ann\/hello-ml/],
      ["/plan move 3", "plan-moved", /3 days/],
      ["/pause 5", "pause", /Paus/],
      ["/today", "today-paused", /no reminders, and the streak is kept/],
      ["/resume", "resume", /./],
      ["/pause nonsense", "pause-refused", /nonsense/],
      ["/interview 2020-01-01", "interview-refused", /2020/],
    ]) {
      const answer = await chat.ask(command);
      assertReadable(answer);
      assert.match(answer.text, pattern);
      await chat.picture(name);
    }
  }

  async wasClean() {
    const { messages, busy } = await this.chat.read();
    assert.equal(busy, 0, "no button waits for an answer");
    for (const message of messages.filter(({ mine }) => !mine)) assertReadable(message);
    assert.deepEqual(this.chat.faults, []);
    assert.doesNotMatch(this.bot.log, /\b(ERROR|WARN)\b/, "the bot's log has no error and no warning");
  }
}
