// The story that is played: two weeks of a learner in the local chat, step by step. Each step relies on the
// ones before it, as a learner's days do.

import assert from "node:assert/strict";
import { dayOf, Learner, readCard } from "./learner.mjs";
import { NARROW, WIDE } from "./chat.mjs";
import { assertReadable } from "./readable.mjs";

const words = (seen) => seen.messages.map(({ id, mine, text, keys }) => ({ id, mine, text, keys }));
const startsWith = (text) => ({ mine, text: whole }) => !mine && whole.startsWith(text);
const number = (text, pattern) => Number(pattern.exec(text)?.[1] ?? assert.fail(`no ${pattern} in “${text}”`));
const DUE_TOMORROW = /Tomorrow: (\d+) due/;

export class Story {
  pictured = new Set();

  constructor(chat, bot, place) {
    this.chat = chat;
    this.bot = bot;
    this.place = place;
    this.ann = new Learner(chat, (card, shown) => this.pictureOnce(`${shown.face}-${card.kind}`));
  }

  /** Pictures of the first screen of its sort. */
  async pictureOnce(name) {
    if (this.pictured.has(name)) return;
    this.pictured.add(name);
    await this.chat.picture(name);
  }

  steps() {
    return [
      ["a new learner finds a chat with START", this.opens],
      ["/start guides through three questions", this.setsUp],
      ["today's plan is on the screen", this.seesToday],
      ["week 3: topics, days, and every card to leaf through", this.leafsThroughWeek3],
      ["a review session, from its first card to its summary", this.reviews],
      ["every kind of card: taps and typed answers", this.meetsEveryKind],
      ["a quiz to its result", this.doesAQuiz],
      ["what the quiz left is drilled; the summary tells tomorrow's cards", this.drills],
      ["nonsense, an emoji, a sticker, 5,000 characters: an answer to each", this.talksNonsense],
      ["a second learner beside the first", this.bringsAFriend],
      ["a reload of the page keeps everything", this.reloads],
      ["the next reminder comes with the cards that SM-2 promised", this.isReminded],
      ["the session from the reminder holds exactly them; kill -9 in its middle loses nothing", this.studiesOnDay2],
      ["a clean restart keeps everything", this.restarts],
      ["each later reminder counts what SM-2 says, until a card with “6 d” is due", this.waitsSixDays],
      ["that day's session has it, and exactly the other due cards", this.studiesOnDay8],
      ["settings, help, plan, the panel and the commands: nothing sticks out", this.looksAround],
      ["no error in the browser's console, no failed request", this.wasClean],
    ];
  }

  /* ---- day 1 ---- */

  async opens() {
    const seen = await this.chat.until("START", ({ doors, status }) => doors.includes("start") && status === "bot");
    assert.deepEqual(seen.learners, ["Ann"]);
    assert.equal(seen.messages.length, 0);
    await this.chat.picture("empty");
  }

  async setsUp() {
    const { chat } = this;
    await chat.page.getByTestId("start").click();
    const welcome = await chat.message("the first question", startsWith("Welcome to Liftoff, Ann"));
    assert.match(welcome.text, /1 of 3/);
    await chat.picture("first-question");
    const [label, zone] = this.place;
    let step = await chat.tap(label);
    assert.ok(step.message.text.includes(`Time zone: ${zone}`), step.message.text);
    assert.match(step.message.text, /2 of 3/);
    step = await chat.tap("07:30");
    assert.match(step.message.text, /Reminder every day at 07:30\..*3 of 3/);
    await chat.tap("Today");
    await chat.message("the day after the questions", startsWith("Week 1 ·"));
    const { messages } = await chat.read();
    assert.match(messages.at(-2).text, /^Ready for launch/);
    assert.deepEqual(messages.at(-2).keys, [], "the questions are closed");
    this.ann.day = await this.ann.today();
  }

  async seesToday() {
    const { chat } = this;
    const before = await chat.read();
    const today = await chat.ask("/today");
    assert.match(today.text, /^Week 1 · .* day 1 of 7/);
    assert.match(today.text, /0 due · \d+ new · about \d+ min Streak 0 days/);
    this.offered = number(today.text, /· (\d+) new/);
    assert.deepEqual(today.keys.slice(0, 2), [`Review ${this.offered}`, "Quiz"]);
    assert.match(before.nextReminder, /07:30$/);
    assert.equal(dayOf(before.nextReminder) - this.ann.day, 1, "the first reminder is tomorrow's");
    await chat.picture("today");
  }

  async leafsThroughWeek3() {
    const { chat } = this;
    await chat.ask("/plan");
    let { message } = await chat.tap("Week 3");
    assert.match(message.text, /^Week 3 · Core Machine Learning I/);
    for (let day = 1; day <= 7; day += 1) assert.ok(message.text.includes(`${day}. `), `day ${day} is listed`);
    await chat.picture("week-3");
    ({ message } = await chat.tap("Cards", { message: message.id }));
    const of = number(message.text, /^1 \/ (\d+) · week 3/);
    let formulas = 0;
    for (let index = 1; index <= of; index += 1) {
      assert.match(message.text, new RegExp(`^${index} / ${of} · week 3, day [1-7] · (recall|choice|cloze|numeric|code)`));
      assertReadable(message);
      formulas += message.formulas;
      const front = message.text;
      ({ message } = await chat.tap("Show answer", { message: message.id }));
      assertReadable(message);
      assert.notEqual(message.text, front, "the answer is there");
      formulas += message.formulas;
      if (message.formulas > 0) await this.pictureOnce("card-with-formula");
      if (message.formulas > 6) await this.pictureOnce("card-with-many-formulas");
      ({ message } = await chat.tap("▶", { message: message.id }));
    }
    assert.match(message.text, /^1 \/ /, "after the last card comes the first again");
    assert.ok(formulas > 0, "week 3 has formulas, drawn as MathML");
  }

  async reviews() {
    const { chat, ann } = this;
    await chat.ask("/review");
    const { asked, summary } = await ann.play((card) => this.pictureOnce(`front-${card.kind}`));
    const fresh = asked.filter(({ reason }) => reason === "new");
    assert.equal(fresh.length, this.offered, "the session holds what /today offered");
    assert.equal(new Set(fresh.map(({ name }) => name)).size, fresh.length, "no card comes twice as new");
    this.checkSummary(summary, asked);
    assert.equal(ann.drilled.size, 0, "the drill ends when every card was recalled");
    await chat.picture("summary");
  }

  checkSummary(summary, asked) {
    const answered = asked.filter(({ reason }) => reason !== "drill");
    const drilled = new Set(asked.filter(({ reason }) => reason === "drill").map(({ name }) => name));
    const cards = Math.max(answered.length, drilled.size);
    const firm = answered.filter(({ quality }) => quality >= 4).length;
    assert.match(summary.text, new RegExp(`^Done: ${cards} cards? in `));
    assert.match(summary.text, new RegExp(`${firm} recalled at once`));
    if (drilled.size > 0) assert.match(summary.text, new RegExp(`· ${drilled.size} in the drill`));
    this.checkTomorrow(summary);
  }

  checkTomorrow({ text }) {
    this.promised = number(text, DUE_TOMORROW);
    assert.equal(this.promised, this.ann.dueBy(this.ann.day + 1).length, "tomorrow's due cards by SM-2");
  }

  async meetsEveryKind() {
    const { chat, ann } = this;
    const complete = () => ["recall", "choice", "numeric", "cloze"].every((kind) => ann.kinds.has(kind));
    for (const week of [6, 3, 2, 4, 8, 11]) {
      if (complete()) break;
      const more = ann.schedule.size + 10;
      const limit = await chat.ask(`/settings new ${more}`);
      assert.match(limit.text, new RegExp(`^${more} new cards a day`));
      await chat.ask(`/week ${week}`);
      await chat.tap("Study");
      const { asked, summary } = await ann.play((card) => this.pictureOnce(`front-${card.kind}`));
      assert.ok(asked.every(({ name, reason }) => reason === "drill" || name.startsWith(`week ${week},`)));
      this.checkSummary(summary, asked);
    }
    assert.ok(complete(), `met: ${[...ann.kinds]}`);
    await chat.ask("/settings new 10");
  }

  async doesAQuiz() {
    const { chat, ann } = this;
    await chat.ask("/quiz 3");
    const { asked, summary } = await ann.play(async (card) => {
      assert.equal(card.kind, "choice");
      if (card.number === 1) await this.pictureOnce("quiz");
    });
    assert.ok(asked.length >= 1 && asked.length <= 10, `${asked.length} questions`);
    const right = asked.filter(({ quality }) => quality >= 4).length;
    assert.match(summary.text, new RegExp(`^Quiz · week 3: ${right} of ${asked.length}`));
    await chat.picture("quiz-result");
  }

  async drills() {
    const { chat, ann } = this;
    const open = [...ann.drilled].sort();
    const answer = await chat.ask("/review");
    if (readCard(answer) === null) {
      // Every new card of the day was met, and nothing failed in the quiz.
      assert.deepEqual(open, []);
      this.checkTomorrow(answer);
      return;
    }
    const { asked, summary } = await ann.play();
    const drilled = asked.filter(({ reason }) => reason === "drill").map(({ name }) => name);
    assert.ok(open.every((name) => drilled.includes(name)), `drilled ${drilled}, open were ${open}`);
    this.checkSummary(summary, asked);
  }

  async talksNonsense() {
    const { chat } = this;
    const known = /^I don't know “.*”\. (Did you mean|\/today goes on)/;
    for (const [text, pattern] of [
      ["wek 3", /^I don't know “wek 3”\. Did you mean \/week/],
      ["asdf qwer $x^2$ **bold** <b>tag</b>", known],
      ["🚀🚀🚀", known],
      ["/nosuchcommand", known],
    ]) {
      const answer = await chat.ask(text);
      assert.match(answer.text, pattern);
      assert.ok(answer.keys.length > 0, "the answer offers a way on");
    }
    await chat.picture("nonsense");
    const before = await chat.read();
    await chat.page.getByTestId("sticker").click();
    await chat.page.getByRole("button", { name: "Sticker 🚀" }).click();
    const answered = ({ messages }, size) => messages.length >= before.messages.length + size && !messages.at(-1).mine;
    let seen = await chat.until("an answer to the sticker", (now) => answered(now, 2));
    assert.match(seen.messages.at(-1).text, /^A sticker/);
    const long = "gradient descent ".repeat(295).slice(0, 5000);
    const fresh = (now, old) => now.messages.filter(({ id }) => !old.messages.some((one) => one.id === id));
    const previous = await chat.read();
    // As a phone does, the page sends it as two messages, and each gets its answer.
    seen = await chat.say(long, "answers to 5,000 characters", (now, old) => fresh(now, old).length === 4);
    const answers = fresh(seen, previous).filter(({ mine }) => !mine).map(({ text }) => text);
    assert.match(answers[0], /^That is a long message/);
    assert.match(answers[1], known);
    await chat.picture("long-message");
  }

  async bringsAFriend() {
    const { chat } = this;
    const ann = await chat.read();
    await chat.page.setViewportSize(WIDE);
    await chat.page.getByTestId("learner-name").fill("Ben");
    await chat.page.getByTestId("learner-add").click();
    await chat.until("Ben's empty chat", ({ learners, doors, messages }) =>
      learners.length === 2 && doors.includes("start") && messages.length === 0);
    await chat.page.getByTestId("start").click();
    await chat.message("Ben's first question", startsWith("Welcome to Liftoff, Ben"));
    for (let question = 0; question < 3; question += 1) await chat.tap(/^Skip: /);
    const today = await chat.message("Ben's day", startsWith("Week 1 ·"));
    assert.match(today.text, /0 due · \d+ new · .*Streak 0 days/, "Ben begins at the beginning");
    await chat.tap(/^Review \d+$/);
    const ben = new Learner(chat);
    const card = readCard(await chat.message("Ben's first card", (message) => readCard(message) !== null));
    assert.equal(card.number, 1);
    if (card.kind === "recall") {
      await chat.tap("Show answer");
      await chat.tap(/^Easy/);
    } else {
      await chat.tap("Skip");
    }
    await chat.picture("second-learner");
    const mine = await chat.read();
    await this.switchTo("Ann");
    const back = await chat.until("Ann's chat", ({ messages }) => messages.length === ann.messages.length);
    assert.deepEqual(words(back), words(ann), "Ann's chat is as it was");
    await this.switchTo("Ben");
    const again = await chat.until("Ben's chat", ({ messages }) => messages.length === mine.messages.length);
    assert.deepEqual(words(again), words(mine), "Ben's chat is as it was");
    await this.switchTo("Ann");
    await chat.until("Ann's chat", ({ messages }) => messages.length === ann.messages.length);
    await chat.page.setViewportSize(NARROW);
    assert.equal(ben.schedule.size, 0);
  }

  async switchTo(name) {
    await this.chat.page.locator("[data-learner-id]", { hasText: name }).click();
  }

  async reloads() {
    await this.keeps("the page as it was", () => this.chat.page.reload());
  }

  /** Does something after which the chat must look as before. */
  async keeps(what, act) {
    const before = await this.chat.until("a free moment", ({ busy }) => busy === 0);
    await act();
    const expected = JSON.stringify(words(before));
    const after = await this.chat.until(what, (now) =>
      now.status === "bot" && now.busy === 0 && JSON.stringify(words(now)) === expected);
    assert.deepEqual(after.learners, before.learners);
    assert.equal(after.learner, before.learner);
    assert.equal(dayOf(after.clock), dayOf(before.clock), "the clock stays where it was moved to");
  }

  /* ---- later days ---- */

  async isReminded() {
    await this.remind(1);
    assert.equal(this.reminded.due, this.promised, "the reminder counts what the summary promised");
    await this.chat.picture("reminder");
  }

  /** Travels to the next reminder; it must come on the day that is so many days ahead. */
  async remind(days) {
    const { chat, ann } = this;
    const { message, promised, clock } = await chat.travelToReminder(/^Good morning, Ann\. /);
    ann.day = dayOf(clock);
    assert.equal(dayOf(promised), ann.day, "the panel named the day");
    assert.match(message.text, /^Good morning, Ann\. Week \d+, day \d+: /);
    assert.match(clock, /07:3\d$/, "it comes at the learner's time");
    this.firstDay ??= ann.day - days;
    assert.equal(ann.day - this.firstDay, days, "days that have passed");
    const due = number(message.text, /(\d+) due ·/);
    assert.equal(due, ann.dueBy(ann.day).length, `due on day ${days + 1} by SM-2`);
    this.reminded = { message, due, fresh: number(message.text, /· (\d+) new/) };
  }

  /** Plays the session that a reminder's button starts, and holds it against SM-2. */
  async studyFromReminder(before) {
    const { chat, ann, reminded } = this;
    const expected = ann.dueBy(ann.day);
    const { message } = await chat.tap("Start", { message: reminded.message.id });
    const first = readCard(message) ?? assert.fail("a card follows");
    assert.equal(first.of, reminded.due + reminded.fresh, "the session is as long as the reminder said");
    const { asked, summary } = await ann.play(before);
    const due = asked.filter(({ reason }) => reason === "due").map(({ name }) => name).sort();
    assert.deepEqual(due, expected, "exactly the due cards");
    assert.equal(asked.filter(({ reason }) => reason === "new").length, reminded.fresh);
    this.checkSummary(summary, asked);
    return due;
  }

  async studiesOnDay2() {
    let killed = false;
    await this.studyFromReminder(async (card, index) => {
      if (index !== 2) return;
      killed = true;
      await this.bot.saved(`${card.number} / ${card.of}`);
      await this.restart("SIGKILL");
    });
    assert.ok(killed, "the session was long enough to be interrupted");
  }

  async restart(signal) {
    const { chat } = this;
    await this.keeps("the chat after the restart", async () => {
      chat.outage = true;
      await this.bot.stop(signal);
      await chat.until("the page to notice", ({ status }) => status === "the local chat does not answer");
      await this.bot.start();
      await chat.until("the page to be back", ({ status }) => status === "bot");
      chat.outage = false;
    });
  }

  async restarts() {
    await this.restart("SIGTERM");
  }

  async waitsSixDays() {
    const { ann } = this;
    const six = [...ann.schedule].filter(([, { state, due }]) => state.interval === 6 && due === ann.day + 6);
    assert.ok(six.length > 0, "a card was put off by 6 days");
    this.sixDays = six.map(([name]) => name);
    for (let days = 2; days <= 7; days += 1) {
      const waiting = ann.dueBy(ann.day);
      assert.ok(!this.sixDays.some((name) => waiting.includes(name)), "not before its day");
      await this.remind(days);
    }
  }

  async studiesOnDay8() {
    const due = await this.studyFromReminder();
    assert.ok(this.sixDays.every((name) => due.includes(name)), "6 days later it is there");
    assert.ok(due.every((name) => this.ann.schedule.get(name).due > this.ann.day), "and has a new day now");
    const far = [...this.ann.schedule.values()].map(({ state }) => state.interval);
    assert.ok(Math.max(...far) > 6, "an interval has grown beyond 6 days");
  }

  async looksAround() {
    const { chat } = this;
    for (const [command, name] of [["/settings", "settings"], ["/help", "help"], ["/plan", "plan"], ["/today", "day-8"]]) {
      const answer = await chat.ask(command);
      assertReadable(answer);
      await chat.picture(name);
    }
    await chat.openPanel();
    await chat.picture("panel");
    await chat.closePanel();
    await chat.page.getByTestId("menu").click();
    await chat.page.getByTestId("commands").waitFor();
    await chat.picture("commands");
    await chat.page.keyboard.press("Escape");
  }

  async wasClean() {
    const { chat, ann } = this;
    const { messages, busy } = await chat.read();
    assert.equal(busy, 0, "no button waits for an answer");
    for (const message of messages.filter(({ mine }) => !mine)) assertReadable(message);
    assert.deepEqual(chat.faults, []);
    for (const way of ["choice known", "numeric known", "recall double", "rated Again", "rated Good"]) {
      assert.ok(ann.ways.has(way), `${way}: tried ${[...ann.ways]}`);
    }
    assert.doesNotMatch(this.bot.log, /\b(ERROR|WARN)\b/, "the bot's log has no error and no warning");
  }
}
