// The program under test: the built binary as a process of its own, on a folder of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const START_LIMIT = 30_000;
const END_LIMIT = 15_000;

/** The binary to test: `LIFTOFF_BINARY`, or the release build. */
function binary() {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
  const path = resolve(process.env.LIFTOFF_BINARY ?? join(target, "release/liftoff"));
  if (!existsSync(path)) throw new Error(`There is no ${path}. Build it with: cargo build --release`);
  return path;
}

/** The decks that came with the program; as long as the repository lacks one of the twelve, those of the tests. */
function deckArguments() {
  const weeks = readdirSync(join(ROOT, "decks")).filter((name) => /^week-\d\d\.json$/.test(name));
  return weeks.length === 12 ? [] : ["--decks", join(ROOT, "tests/data/decks")];
}

export class Bot {
  #process = null;
  #log = "";

  constructor(folder) {
    this.folder = folder;
    this.decks = deckArguments();
    this.address = null;
  }

  /** Starts it and waits until it says where it listens; a second start uses the same port. */
  async start() {
    const port = this.address ? new URL(this.address).port : "0";
    const environment = { ...process.env, NO_COLOR: "1" };
    for (const name of Object.keys(environment)) {
      if (/^(LIFTOFF_|TELOXIDE_)/.test(name)) delete environment[name];
    }
    const child = spawn(binary(), ["--data", this.folder, "--port", port, ...this.decks], {
      cwd: this.folder, env: environment, stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    this.#log = "";
    const add = (text) => { this.#log += text; };
    child.stdout.setEncoding("utf8").on("data", add);
    child.stderr.setEncoding("utf8").on("data", add);
    const limit = AbortSignal.timeout(START_LIMIT);
    for (;;) {
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(this.#log);
      if (found) {
        this.address = found[0];
        return;
      }
      if (child.exitCode !== null) throw new Error(`The bot ended with ${child.exitCode}:\n${this.#log}`);
      await Promise.race([
        once(child.stdout, "data", { signal: limit }), once(child, "exit", { signal: limit }),
      ]).catch(() => { throw new Error(`The bot did not start:\n${this.#log}`); });
    }
  }

  /** Ends it with a signal and waits until it has ended. */
  async stop(signal) {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit", { signal: AbortSignal.timeout(END_LIMIT) });
    child.kill(signal);
    await ended.catch(() => {
      child.kill("SIGKILL");
      throw new Error(`The bot did not end after ${signal}:\n${this.#log}`);
    });
    this.#process = null;
  }

  /** Waits until the chat's own file holds a text: what the page shows is then on the disk as well. */
  async saved(text) {
    const path = join(this.folder, "local/chat.json");
    const limit = Date.now() + END_LIMIT;
    while (!(existsSync(path) && readFileSync(path, "utf8").includes(text))) {
      if (Date.now() > limit) throw new Error(`“${text}” is on the screen, but never reached ${path}`);
      await pause(20);
    }
  }

  /** What it wrote to its log since the last start. */
  get log() {
    return this.#log;
  }
}
