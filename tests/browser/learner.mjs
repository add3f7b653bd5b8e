// A learner who works through sessions: reads each card as it stands on the screen, answers, remembers what
// was shown as right, and keeps a schedule of their own by SM-2 to compare with.

import assert from "node:assert/strict";
import { assertReadable, WRITTEN } from "./readable.mjs";
import { label, NEW, review } from "./sm2.mjs";

const HEAD = /^(\d+) \/ (\d+) · week (\d+), day (\d+) · (new|due|drill|practice)(?: · (\d+) days? late)?$/;
const OPTION = /^(?:[✓✗] )?([A-H])$/;

/** A message as a card of a session, or nothing if it is none. */
export function readCard(message) {
  const head = HEAD.exec(message?.blocks[0]?.text ?? "");
  if (!head) return null;
  const [, number, of, week, day, reason] = head;
  const rest = message.blocks.slice(1);
  const isOption = ({ tag, bold }) => tag === "p" && OPTION.test(bold[0] ?? "");
  const end = rest.findIndex((block) =>
    ["hr", "footer"].includes(block.tag) || isOption(block) || block.text.startsWith("You wrote: "));
  const question = end < 0 ? rest : rest.slice(0, end);
  const options = rest.filter(isOption).map(({ text, bold }) => ({
    letter: OPTION.exec(bold[0])[1], right: bold[0].startsWith("✓"), text: text.slice(bold[0].length).trim(),
  }));
  const hint = rest.filter(({ tag }) => tag === "footer").map(({ text }) => text).join(" ");
  return {
    message: message.id, prose: message.prose, broken: message.broken, number: Number(number), of: Number(of), reason, hint, options,
    name: `week ${week}, day ${day}: ${question.map(({ text }) => text).join(" ")}`,
    bold: question.flatMap((block) => block.bold),
    text: message.text, keys: message.keys, face: face(message.keys), kind: kind(message.keys, hint),
  };
}

function face(keys) {
  if (keys.includes("Next")) return "verdict";
  if (keys.some((key) => /^Again\b/.test(key))) return "back";
  return "front";
}

function kind(keys, hint) {
  if (keys.includes("A")) return "choice";
  if (hint.startsWith("Send the number")) return "numeric";
  if (/^Send (the missing word|both words|all)/.test(hint)) return "cloze";
  return "recall";
}

const QUALITY = { Again: 1, Hard: 3, Good: 4, Easy: 5 };

export class Learner {
  schedule = new Map(); // card -> { state, due }
  memory = new Map(); // card -> what was shown as right
  kinds = new Set();
  ways = new Set(); // ways of answering that were tried
  drilled = new Set(); // cards that failed today and wait for the drill
  #turns = {};

  /** `turned` is called when a card shows its answer. */
  constructor(chat, turned = async () => {}) {
    this.chat = chat;
    this.turned = turned;
  }

  /** The day on the bot's clock, as a number. */
  async today() {
    const { clock } = await this.chat.read();
    return dayOf(clock);
  }

  /** Cards that SM-2 makes due by that day. */
  dueBy(day) {
    return [...this.schedule].filter(([, { due }]) => due <= day).map(([name]) => name).sort();
  }

  #turn(of, ways) {
    const turn = this.#turns[of] ?? 0;
    this.#turns[of] = turn + 1;
    return ways[turn % ways.length];
  }

  /** Plays the session that the chat shows, to its summary. `before` is called ahead of each card. */
  async play(before = async () => {}) {
    const first = readCard((await this.chat.message("a card", (message) => readCard(message) !== null)));
    const asked = [];
    let card = first;
    while (card !== null) {
      const last = asked.at(-1);
      const drillBegins = card.number === 1 && card.reason === "drill" && last?.number === last?.of;
      assert.ok(asked.length === 0 || drillBegins || card.number === last.number + 1,
        `after card ${last?.number} of ${last?.of} came card ${card.number} of ${card.of}`);
      assert.equal(card.face, "front", "a new card shows its question");
      assertReadable(card);
      await before(card, asked.length);
      this.kinds.add(card.kind);
      const quality = await this.#answer(card);
      asked.push({ ...card, quality });
      card = await this.#next(card.message);
    }
    const summary = (await this.chat.read()).messages.find(({ id }) => id === first.message);
    return { asked, summary };
  }

  async #next(message) {
    const seen = await this.chat.read();
    const shown = seen.messages.find(({ id }) => id === message);
    const card = readCard(shown);
    if (card === null) assert.match(shown.text, /^(Done: |Quiz)/, "a session ends with its summary");
    return card;
  }

  async #answer(card) {
    const known = this.memory.get(card.name);
    const answers = { recall: this.#recall, choice: this.#choice, numeric: this.#typed, cloze: this.#cloze };
    return answers[card.kind].call(this, card, known);
  }

  /* ---- kinds ---- */

  async #recall(card) {
    const way = this.#turn("recall", ["double", "shown", "written"]);
    this.ways.add(`recall ${way}`);
    if (way === "written") await this.#send(card, WRITTEN);
    else if (way === "double") await this.chat.tapTwice("Show answer");
    else await this.chat.tap("Show answer", { message: card.message });
    return this.#rate(card, way === "double");
  }

  async #rate(card, double = false) {
    const back = await this.#shown(card);
    assert.equal(back.face, "back", "the answer stands with its ratings");
    assert.equal(back.number, card.number, "the answer belongs to its question");
    const state = this.schedule.get(card.name)?.state ?? NEW;
    const moves = card.reason === "new" || card.reason === "due";
    const expected = Object.entries(QUALITY).map(([name, quality]) => {
      if (!moves) return name;
      return `${name} · ${quality < 3 ? "today" : label(review(state, quality).interval)}`;
    });
    assert.deepEqual(back.keys.slice(0, 4), expected, `intervals of ${card.name}`);
    await this.turned(card, back);
    const grade = this.#turn(card.reason, {
      new: ["Good", "Again", "Hard", "Easy"], due: ["Good", "Easy", "Hard", "Good", "Again"],
      drill: ["Hard", "Good", "Good"], practice: ["Good"],
    }[card.reason]);
    const button = new RegExp(`^${grade}\\b`);
    this.ways.add(`rated ${grade}`);
    await this.chat.tap(button, { message: card.message, double });
    return this.#moved(card, QUALITY[grade]);
  }

  async #choice(card, known) {
    const way = known ? "known" : this.#turn("choice", ["guess", "unknown", "guess"]);
    this.ways.add(`choice ${way}`);
    let pick = "I don't know";
    if (known) pick = card.options.find(({ text }) => text === known)?.letter;
    else if (way === "guess") pick = this.#turn("letters", card.options.map(({ letter }) => letter));
    assert.ok(pick, `the right option of “${card.name}” is still there`);
    await this.chat.tap(pick, { message: card.message });
    const verdict = await this.#shown(card);
    const right = verdict.options.filter((option) => option.right);
    assert.equal(right.length, 1, "one option is marked as right");
    this.memory.set(card.name, right[0].text);
    const quality = verdictOf(verdict);
    if (known) assert.equal(quality, 4, `the right option of “${card.name}” counts as right`);
    return this.#passOn(card, verdict, quality);
  }

  async #typed(card, known) {
    const way = known ? "known" : this.#turn("numeric", ["wrong", "overruled", "unknown"]);
    this.ways.add(`numeric ${way}`);
    if (way === "wrong") await this.#refused(card, "many", /is not a number/);
    if (way === "unknown") await this.chat.tap("I don't know", { message: card.message });
    else await this.#send(card, known ?? "-987654.25");
    let verdict = await this.#shown(card);
    const answer = /The answer is (\S+?)\.?(?:\s|$)/.exec(verdict.text)?.[1];
    assert.ok(answer, "a number's answer is told");
    this.memory.set(card.name, answer);
    if (known) assert.equal(verdictOf(verdict), 4, `${known} counts as right for “${card.name}”`);
    if (way === "overruled") verdict = await this.#overrule(card, "I was right");
    return this.#passOn(card, verdict, verdictOf(verdict));
  }

  async #cloze(card, known) {
    const way = known ? "known" : this.#turn("cloze", ["wrong", "shown"]);
    this.ways.add(`cloze ${way}`);
    const blanks = card.bold.map((text, place) => [text, place]).filter(([text]) => /^\[.*\]$/.test(text));
    assert.ok(blanks.length > 0, `“${card.name}” has a blank`);
    if (way === "shown") await this.chat.tap("Show answer", { message: card.message });
    else await this.#send(card, known ?? blanks.map(() => "xyzzy").join(", "));
    const filled = await this.#shown(card);
    this.memory.set(card.name, blanks.map(([, place]) => filled.bold[place]).join(", "));
    if (way === "shown") return this.#rate(card);
    const quality = verdictOf(filled);
    if (known) assert.equal(quality, 4, `“${known}” counts as right for “${card.name}”`);
    return this.#passOn(card, filled, quality);
  }

  /* ---- steps ---- */

  /** What the session's message shows now. */
  async #shown(card) {
    const { messages } = await this.chat.read();
    const shown = readCard(messages.find(({ id }) => id === card.message)) ?? assert.fail("the card is gone");
    assertReadable(shown);
    return shown;
  }

  /** Sends an answer, which turns the card. */
  async #send(card, text) {
    await this.chat.say(text, `the card to turn after “${text}”`, ({ messages }, before) => {
      const turned = readCard(messages.find(({ id }) => id === card.message));
      // What was sent disappears: it stands on the card now.
      const known = new Set(before.messages.map(({ id }) => id));
      return turned !== null && turned.face !== "front" && messages.every(({ id }) => known.has(id));
    });
  }

  /** Sends what is no answer: the bot says so, and the card stays. */
  async #refused(card, text, pattern) {
    const answer = await this.chat.ask(text);
    assert.match(answer.text, pattern);
    assert.equal((await this.#shown(card)).face, "front", "nothing was counted");
  }

  async #overrule(card, button) {
    await this.chat.tap(button, { message: card.message });
    const verdict = await this.#shown(card);
    assert.match(verdict.text, /✓ Right\./, "the learner's word counts");
    return verdict;
  }

  /** Notes what an answer does to the schedule, holds it against the card's last line, and goes on. */
  async #passOn(card, verdict, quality) {
    this.#moved(card, quality);
    const moves = card.reason === "new" || card.reason === "due";
    const next = quality < 3 ? "Comes again today, then tomorrow."
      : `Comes again in ${label(this.schedule.get(card.name)?.state.interval ?? 1)}.`;
    if (moves) assert.equal(verdict.hint, next, `when ${card.name} comes again`);
    else assert.equal(verdict.hint, "", "a drill moves nothing");
    await this.turned(card, verdict);
    await this.chat.tap("Next", { message: card.message });
    return quality;
  }

  #moved(card, quality) {
    if (card.reason === "new" || card.reason === "due") {
      const state = review(this.schedule.get(card.name)?.state ?? NEW, quality);
      this.schedule.set(card.name, { state, due: this.day + state.interval });
    }
    if (quality < 4) this.drilled.add(card.name);
    else this.drilled.delete(card.name);
    return quality;
  }
}

function verdictOf({ text }) {
  if (text.includes("✓ Right.")) return 4;
  if (text.includes("Now you know.")) return 0;
  assert.match(text, /✗ (Not right|Nearly)/, "a verdict");
  return 1;
}

/** "Mon, 23 Nov 2026, 07:30" as a number of days. */
export function dayOf(clock) {
  const date = /(\d{1,2} [A-Z][a-z]{2,4} \d{4})/.exec(clock)?.[1];
  return Date.parse(`${date} UTC`) / 86_400_000;
}
