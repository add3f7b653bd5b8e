// Plays the stories against the built binary in a real Chromium, each with a bot and a browser of its own. One line
// a step, and a last line with totals. An argument names the only story to play: `node run.mjs coding`.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Bot, ROOT } from "./bot.mjs";
import { Chat } from "./chat.mjs";
import { Coding } from "./coding.mjs";
import { Progress } from "./progress.mjs";
import { Story } from "./story.mjs";
import { daytimeZone } from "./zone.mjs";

const pictures = resolve(process.env.SCREENSHOTS ?? join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "browser-screenshots"));
const place = daytimeZone();
const STORIES = { study: Story, coding: Coding, progress: Progress };
const wanted = process.argv[2];
if (wanted !== undefined && !(wanted in STORIES)) throw new Error(`There is no story “${wanted}”: ${Object.keys(STORIES)}`);
let [passed, failed] = [0, 0];

async function play(story, chat, bot, folder) {
  for (const [name, step] of story.steps()) {
    const since = performance.now();
    try {
      await step.call(story);
      passed += 1;
      console.log(`ok   ${name} (${((performance.now() - since) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}\n  ${String(error.stack ?? error).replaceAll("\n", "\n  ")}`);
      // The steps build on each other: the ones after this would only fail as well.
      const path = join(folder, "failure.png");
      console.log(await chat.describe().catch((reason) => `  the screen cannot be read: ${reason.message}`));
      if (chat.faults.length > 0) console.log(`  the browser said:\n    ${chat.faults.join("\n    ")}`);
      await chat.page.screenshot({ path }).then(() => console.log(`  picture: ${path}`), () => {});
      console.log(`  the bot's log:\n    ${bot.log.trimEnd().split("\n").slice(-20).join("\n    ")}`);
      return;
    }
  }
}

/** A story from an empty folder to its end. */
async function tell(name, Told) {
  const scratch = mkdtempSync(join(tmpdir(), "liftoff-browser-"));
  const folder = join(pictures, name);
  const bot = new Bot(scratch);
  let chat = null;
  try {
    await bot.start();
    console.log(`${name}: Liftoff at ${bot.address}, ${bot.decks.length > 0 ? "decks of the tests" : "its own decks"}, learner in ${place[1]}`);
    chat = await Chat.open(bot.address, join(scratch, "browser"), folder, place[1]);
    await play(new Told(chat, bot, place), chat, bot, folder);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${error.stack ?? error}`);
  } finally {
    await chat?.close().catch(() => {});
    await bot.stop("SIGTERM").catch((error) => {
      failed += 1;
      console.log(`FAIL ${error.message}`);
    });
    rmSync(scratch, { recursive: true, force: true });
  }
}

rmSync(pictures, { recursive: true, force: true });
for (const [name, Told] of Object.entries(STORIES)) {
  if (wanted === undefined || wanted === name) await tell(name, Told);
}
console.log(`Screenshots: ${pictures}`);
console.log(`browser test: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
