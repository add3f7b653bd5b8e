// The page of the local chat. It holds no state of its own but what is on the screen: the server tells
// what changed after a revision, and everything a message shows comes from there, already escaped.
"use strict";

const $ = (id) => document.getElementById(id);
const messages = new Map(); // id -> { element, json, data }
const lastSeen = new Map(); // learner -> newest message id looked at

let learner = null;
let revision = 0;
let epoch = 0;
let news = null; // the request that waits for news
let state = { learners: [], commands: [] };
let clockOffset = 0; // the bot's clock minus this browser's
let typingUntil = 0;
let deepLink = null;
let pinned = true; // whether the newest message was in view before the layout changed

/* ---- the server ---- */

async function post(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    toast("The local chat does not answer. Is it still running?");
    return null;
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    toast(answer.error ?? "That did not work.");
    return null;
  }
  return answer;
}

const act = (name, fields = {}) => post("/chat/act", { learner, act: name, ...fields });

async function listen() {
  for (;;) {
    const asked = learner;
    news = new AbortController();
    try {
      const query = new URLSearchParams({ since: revision, epoch });
      if (asked !== null) query.set("learner", asked);
      const response = await fetch(`/chat/news?${query}`, { signal: news.signal });
      if (!response.ok) throw new Error(response.statusText);
      const next = await response.json();
      if (asked === learner) await take(next);
    } catch (error) {
      if (error.name !== "AbortError") {
        showStatus("the local chat does not answer");
        await new Promise((done) => setTimeout(done, 1000));
      }
    }
  }
}

async function take(next) {
  if (next.epoch !== epoch && epoch !== 0) forget();
  epoch = next.epoch;
  revision = next.revision;
  state = next;
  clockOffset = next.now - Date.now();
  if (learner === null || !next.learners.some((one) => one.id === learner)) {
    await choose(next.learners);
    return;
  }
  const chat = next.chat;
  if (chat) {
    typingUntil = Date.now() + chat.typing;
    if (chat.typing > 0) setTimeout(showPresence, chat.typing + 50);
    showMessages(chat.messages);
    chat.toasts.forEach(showAnswer);
    showReplyKeyboard(chat.reply_keyboard);
  }
  const newest = Math.max(0, ...messages.keys());
  lastSeen.set(learner, newest);
  showPresence();
  showLearners();
  showDoors();
  showTravel();
  showCommands();
  if (deepLink !== null) {
    const payload = deepLink;
    deepLink = null;
    await act("say", { text: `/start ${payload}` });
  }
}

/** Picks a learner: the last one used, or the first, or a new one on an empty server. */
async function choose(learners) {
  let id = Number(remembered());
  if (!learners.some((one) => one.id === id)) id = learners[0]?.id ?? null;
  if (id === null) id = (await post("/chat/learners", { name: "Ann" }))?.id ?? null;
  switchTo(id);
}

function switchTo(id) {
  learner = id;
  try { localStorage.setItem("learner", String(id)); } catch { /* private mode: it is only a convenience */ }
  leaveContext();
  forget();
  news?.abort();
}

function remembered() {
  try { return localStorage.getItem("learner"); } catch { return null; }
}

function forget() {
  revision = 0;
  messages.clear();
  $("log").replaceChildren();
}

/* ---- messages ---- */

const atBottom = () => {
  const box = $("scroll");
  return box.scrollHeight - box.scrollTop - box.clientHeight < 60;
};

function toBottom() {
  const box = $("scroll");
  box.scrollTop = box.scrollHeight;
  pinned = true;
}

function showMessages(list) {
  const stay = messages.size === 0 || pinned;
  let mine = false;
  for (const data of list) {
    const known = messages.get(data.id);
    const json = JSON.stringify(data);
    if (known?.json === json) continue;
    if (data.deleted) {
      known?.element.remove();
      messages.delete(data.id);
      continue;
    }
    if (known) {
      refill(known, data);
      known.json = json;
      known.data = data;
    } else {
      const element = make("article", { "data-message-id": data.id });
      fill(element, data);
      messages.set(data.id, { element, json, data });
      place(element, data.id);
      mine ||= !data.bot;
    }
  }
  separateDays();
  if (stay || mine) toBottom();
  showDown();
}

function place(element, id) {
  const after = [...messages.keys()].filter((other) => other > id).sort((a, b) => a - b)[0];
  $("log").insertBefore(element, after === undefined ? null : messages.get(after).element);
}

/** Replaces a message's inside; what was unfolded or uncovered in it stays so, and so does the focus. */
function refill(known, data) {
  const old = known.element;
  const open = new Set([...old.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const place = focused?.dataset.place;
  fill(old, data);
  for (const summary of old.querySelectorAll("details > summary")) {
    if (open.has(summary.textContent)) summary.parentElement.open = true;
  }
  if (place) old.querySelector(`[data-place="${place}"]`)?.focus({ preventScroll: true });
}

function separateDays() {
  for (const old of document.querySelectorAll(".day")) old.remove();
  let last = "";
  const ordered = [...messages.entries()].sort((a, b) => a[0] - b[0]);
  for (const [, { element, data }] of ordered) {
    const day = dayName(data.date * 1000);
    if (day !== last) element.before(make("p", { class: "day" }, day));
    last = day;
  }
}

/* ---- around the chat ---- */

function showStatus(text, typing = false) {
  $("status").classList.toggle("typing", typing);
  if ($("status").textContent !== text) $("status").textContent = text;
}

function showPresence() {
  if (Date.now() < typingUntil) showStatus("typing…", true);
  else showStatus(state.connected ? "bot" : "the bot is not connected");
}

function showLearners() {
  const rows = state.learners.map((one) => {
    // What was there when the page was opened counts as seen.
    if (!lastSeen.has(one.id)) lastSeen.set(one.id, one.last?.id ?? 0);
    const unread = one.last?.bot && one.last.id > (lastSeen.get(one.id) ?? 0) && one.id !== learner;
    const row = button("", { "aria-current": one.id === learner ? "true" : null, "data-learner-id": one.id });
    row.append(
      make("span", { class: `avatar tone-${one.id % 6}`, "aria-hidden": "true" }, [...one.name][0].toUpperCase()),
      make("span", { class: "name" }, one.name),
      unread ? make("span", { class: "unread", role: "img", "aria-label": "new message" }) : make("span"),
      make("span", { class: "last" }, one.last?.text.split("\n")[0] || "no messages yet"));
    row.addEventListener("click", () => { closeSide(); if (one.id !== learner) switchTo(one.id); });
    return make("li", {}, row);
  });
  const focused = document.activeElement?.dataset?.learnerId;
  $("learners").replaceChildren(...rows);
  if (focused) $("learners").querySelector(`[data-learner-id="${focused}"]`)?.focus();
  const me = state.learners.find((one) => one.id === learner);
  $("talker").textContent = me ? `as ${me.name}` : "";
}

/** What stands at the bottom: START, Unblock, or the field to write in. */
function showDoors() {
  const me = state.learners.find((one) => one.id === learner);
  const empty = messages.size === 0;
  $("unblock").hidden = !me?.blocked;
  $("start").hidden = me?.blocked || !empty;
  $("composer").hidden = me?.blocked || empty;
  $("block").hidden = me?.blocked || empty;
  $("empty").hidden = !empty;
  $("description").textContent = state.description || "No messages here yet. Press START to begin.";
}

function showTravel() {
  const { next_reminder: next, shift } = state;
  $("to-reminder").disabled = next === null;
  $("next").textContent = next === null ? "No reminder is planned." : `Next reminder ${dayName(next)}, ${clockTime(next)}`;
  $("shift").textContent = shift >= 60 ? `${duration(shift)} ahead` : "";
  tick();
}

function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  return hours > 0 ? `${hours} h` : `${minutes} min`;
}

function tick() {
  const now = Date.now() + clockOffset;
  const text = `${dayName(now)}, ${clockTime(now)}`;
  if ($("clock").textContent !== text) $("clock").textContent = text;
}

function showReplyKeyboard(markup) {
  const box = $("reply-keyboard");
  box.hidden = !markup;
  if (!markup || box.dataset.json === JSON.stringify(markup)) return;
  box.dataset.json = JSON.stringify(markup);
  box.replaceChildren(...markup.keyboard.map((row) => make("div", { class: "row" }, ...row.map((one) => {
    const label = typeof one === "string" ? one : one.text;
    const press = () => (one.request_location ? $("place").showModal() : act("say", { text: label }));
    return button(label, { class: "key", onclick: press });
  }))));
}

function toast(text) {
  const element = make("div", { class: "toast" }, text);
  while ($("toasts").childElementCount > 1) $("toasts").firstElementChild.remove();
  $("toasts").append(element);
  setTimeout(() => element.remove(), 2500 + 40 * text.length);
}

function showAnswer({ text, alert, url }) {
  if (url) window.open(url, "_blank", "noopener");
  if (!text) return;
  if (!alert) return void toast(text);
  $("alert-text").textContent = text;
  if (!$("alert").open) $("alert").showModal();
}

function showDown() {
  $("down").hidden = atBottom();
}

/* ---- the panel ---- */

function openSide() {
  $("side").classList.add("open");
  $("shade").hidden = false;
  $("side-close").focus();
}

function closeSide() {
  $("side").classList.remove("open");
  $("shade").hidden = true;
}

const travel = async (to) => {
  await act("travel", { to });
  closeSide();
};

/* ---- wiring ---- */

function wireChat() {
  $("log").addEventListener("click", (event) => {
    const command = event.target.closest(".command");
    if (command) act("say", { text: command.dataset.command });
    event.target.closest(".spoiler")?.classList.add("shown");
  });
  $("log").addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") event.target.closest(".spoiler")?.classList.add("shown");
  });
  let height = 0;
  $("scroll").addEventListener("scroll", () => {
    // A scroll event may come between a change of the layout and its observer, and says nothing then.
    if ($("scroll").clientHeight === height) pinned = atBottom();
    showDown();
  }, { passive: true });
  // The view shrinks when a keyboard opens and its content grows when a picture arrives: whoever was at
  // the end stays there.
  const keep = new ResizeObserver(() => {
    height = $("scroll").clientHeight;
    if (pinned) toBottom();
    showDown();
  });
  keep.observe($("scroll"));
  $("scroll").addEventListener("load", () => { if (pinned) toBottom(); }, true);
  $("down").addEventListener("click", toBottom);
  $("scroll").addEventListener("dragover", (event) => event.preventDefault());
  $("scroll").addEventListener("drop", async (event) => {
    event.preventDefault();
    for (const one of event.dataTransfer.files) await upload(one, false);
  });
  $("block").addEventListener("click", () => act("block", { blocked: true }));
  $("unblock").addEventListener("click", () => act("block", { blocked: false }));
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".actions, .meta")) document.querySelector(".actions")?.remove();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    closePopups();
    closeSide();
    leaveContext();
  });
}

function wirePanel() {
  $("side-open").addEventListener("click", openSide);
  $("side-close").addEventListener("click", closeSide);
  $("shade").addEventListener("click", closeSide);
  $("new-learner").addEventListener("submit", async (event) => {
    event.preventDefault();
    const added = await post("/chat/learners", { name: $("new-name").value });
    if (!added) return;
    $("new-name").value = "";
    closeSide();
    switchTo(added.id);
  });
  $("to-reminder").addEventListener("click", () => travel("reminder"));
  $("to-morning").addEventListener("click", () => travel("morning"));
  $("to-day").addEventListener("click", () => travel({ days: 1 }));
  $("to-days").addEventListener("submit", (event) => {
    event.preventDefault();
    travel({ days: Number($("days").value) });
  });
  setInterval(tick, 1000);
}

/** `/?start=week_3` acts as a link to the bot does: it opens the chat and sends the payload. */
function readDeepLink() {
  const payload = new URLSearchParams(location.search).get("start");
  if (payload !== null && /^[A-Za-z0-9_-]{1,64}$/.test(payload)) deepLink = payload;
  if (location.search !== "") history.replaceState(null, "", "/");
}

wireWriting();
wireChat();
wirePanel();
readDeepLink();
listen();
