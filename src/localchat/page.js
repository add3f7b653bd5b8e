// The page of the local chat. It holds no state of its own but what is on the screen: the server tells
// what changed after a revision, and everything a message shows comes from there, already escaped.
"use strict";

const $ = (id) => document.getElementById(id);
const messages = new Map(); // id -> { element, json, data }
const lastSeen = new Map(); // learner -> newest message id looked at
const STICKERS = ["👍", "👎", "🚀", "🎉", "❤️", "😂", "🤔", "😭", "🔥", "👀", "🙏", "💯"];

let learner = null;
let revision = 0;
let epoch = 0;
let news = null; // the request that waits for news
let state = { learners: [], commands: [] };
let clockOffset = 0; // the bot's clock minus this browser's
let typingUntil = 0;
let editing = null;
let answering = null;
let chosen = -1; // the command that the arrow keys point at
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
  if (id === null) id = (await post("/chat/learners", { name: "You" }))?.id ?? null;
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

/* ---- elements ---- */

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const button = (label, attributes) => make("button", { type: "button", ...attributes }, label);

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

function fill(element, data) {
  const classes = ["message"];
  if (!data.bot) classes.push("mine");
  if (data.buttons.length > 0) classes.push("keyed");
  if (data.sticker) classes.push("bare");
  element.className = classes.join(" ");
  element.setAttribute("aria-label", `${data.bot ? "Liftoff" : "You"}, ${clockTime(data.date * 1000)}`);
  const bubble = make("div", { class: "bubble" });
  if (data.forwarded) bubble.append(make("p", { class: "forwarded" }, "Forwarded"));
  if (data.reply) bubble.append(quote(data.reply));
  if (data.photo) bubble.append(photo(data));
  if (data.document) bubble.append(file(data.document));
  if (data.sticker) bubble.append(make("div", { class: "big", role: "img", "aria-label": `Sticker ${data.sticker}` }, data.sticker));
  if (data.location) bubble.append(make("p", {}, `📍 ${data.location.map((one) => one.toFixed(4)).join(", ")}`));
  if (data.poll) bubble.append(poll(data));
  if (data.html) bubble.append(body(data));
  bubble.append(meta(data));
  element.replaceChildren(bubble);
  if (data.buttons.length > 0) element.append(keyboard(data));
}

function body(data) {
  const element = make("div", { class: data.rich ? "body" : "body plain" });
  element.innerHTML = data.html; // escaped by the server
  for (const time of element.querySelectorAll("time[data-format]")) {
    time.title = new Date(time.dateTime).toLocaleString();
    time.textContent = formatted(new Date(time.dateTime), time.dataset.format) || time.textContent;
  }
  for (const spoiler of element.querySelectorAll(".spoiler")) {
    const inside = make("span");
    inside.append(...spoiler.childNodes);
    spoiler.append(inside);
  }
  return element;
}

function formatted(date, format) {
  const options = {};
  if (format.includes("w")) options.weekday = "short";
  if (format.includes("d")) options.day = "numeric", options.month = "short";
  if (format.includes("D")) options.day = "numeric", options.month = "long", options.year = "numeric";
  if (format.includes("t") || format.includes("T")) options.hour = "2-digit", options.minute = "2-digit";
  if (format.includes("T")) options.second = "2-digit";
  return Object.keys(options).length > 0 ? date.toLocaleString([], options) : "";
}

function quote(reply) {
  const jump = () => messages.get(reply.id)?.element.scrollIntoView({ block: "center" });
  return button(`${reply.bot ? "Liftoff" : "You"}: ${reply.text}`, { class: "quote", onclick: jump });
}

function photo(data) {
  const address = `/chat/files/${data.photo.file}`;
  const image = make("img", {
    src: address, width: data.photo.width, height: data.photo.height,
    alt: data.text ? `Picture: ${data.text}` : "Picture",
  });
  return make("a", { class: "photo", href: address, target: "_blank", rel: "noopener" }, image);
}

function file({ file: id, name, size }) {
  const about = make("span", {}, name, make("small", {}, bytes(size)));
  const sheet = make("span", { class: "sheet", "aria-hidden": "true" }, "↓");
  return make("a", { class: "document", href: `/chat/files/${id}`, download: name }, sheet, about);
}

function bytes(size) {
  if (size < 1000) return `${size} B`;
  if (size < 1e6) return `${(size / 1e3).toFixed(1)} kB`;
  return `${(size / 1e6).toFixed(1)} MB`;
}

function meta(data) {
  const more = button("⋯", { "aria-label": "More about this message", "aria-haspopup": "true", "data-place": "more" });
  more.addEventListener("click", () => toggleActions(data, more));
  const time = make("time", { datetime: new Date(data.date * 1000).toISOString() }, clockTime(data.date * 1000));
  return make("div", { class: "meta" }, data.edited ? "edited" : null, more, time);
}

function toggleActions(data, more) {
  const open = document.querySelector(".actions");
  open?.remove();
  if (open?.dataset.of === String(data.id)) return;
  const list = make("div", { class: "actions", "data-of": data.id });
  const add = (label, run) => list.append(button(label, { onclick: () => { list.remove(); run(); } }));
  add("Reply", () => enterContext({ reply: data }));
  if (data.own_text) add("Edit", () => enterContext({ edit: data }));
  if (data.text) add("Copy text", () => copy(data.text));
  add("Forward to the bot", () => act("forward", { message: data.id }));
  add("Delete here", () => act("delete", { message: data.id }));
  const holder = more.closest(".bubble").parentElement;
  if (holder.getBoundingClientRect().bottom > innerHeight - 320) list.classList.add("up");
  holder.append(list);
  list.firstElementChild.focus({ preventScroll: true });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    toast("The browser did not let the page copy.");
  }
}

function keyboard(data) {
  const rows = data.buttons.map((row, at) => make("div", { class: "row" },
    ...row.map((one, column) => key(data.id, one, at, column))));
  return make("div", { class: "keyboard", role: "group", "aria-label": "Buttons" }, ...rows);
}

function key(message, one, row, column) {
  const classes = ["key", one.kind, one.style ?? ""].join(" ").trim();
  const attributes = { class: classes, "data-place": `${row}-${column}`, "data-style": one.style };
  if (one.kind === "url") {
    return make("a", { ...attributes, href: one.url, target: "_blank", rel: "noopener noreferrer" }, one.text);
  }
  if (one.kind === "disabled") return button(one.text, { ...attributes, disabled: true });
  if (one.kind === "copy") return button(one.text, { ...attributes, onclick: () => copy(one.copy) });
  const tap = (event) => {
    event.currentTarget.setAttribute("aria-busy", "true");
    act("tap", { message, row, column });
  };
  return button(one.text, { ...attributes, "aria-busy": one.busy ? "true" : null, onclick: tap });
}

function poll(data) {
  const { question, options, quiz, multiple, anonymous, closed, mine, counts, correct, total } = data.poll;
  const kind = [anonymous ? "Anonymous" : "Public", quiz ? "quiz" : "poll"].join(" ");
  const box = make("div", { class: "poll", role: "group", "aria-label": question },
    make("p", { class: "question" }, question),
    make("p", { class: "kind" }, closed ? "Final results" : kind));
  if (counts) {
    options.forEach((text, at) => box.append(result(text, counts[at], total, mine?.includes(at), correct.includes(at), quiz)));
    if (data.poll.explanation) {
      const why = make("div", { class: "explanation" });
      why.innerHTML = data.poll.explanation; // escaped by the server
      box.append(why);
    }
    box.append(make("p", { class: "kind" }, total === 1 ? "1 vote" : `${total} votes`));
    if (!quiz && !closed) box.append(button("Take the vote back", { onclick: () => act("vote", { message: data.id, options: [] }) }));
    return box;
  }
  const picked = new Set();
  options.forEach((text, at) => {
    const mark = make("span", { class: "mark", "aria-hidden": "true" }, multiple ? "☐" : "○");
    const option = button("", { class: "option", "aria-pressed": multiple ? "false" : null });
    option.append(mark, make("span", {}, text));
    option.addEventListener("click", () => {
      if (!multiple) return void act("vote", { message: data.id, options: [at] });
      if (!picked.delete(at)) picked.add(at);
      mark.textContent = picked.has(at) ? "☑" : "☐";
      option.setAttribute("aria-pressed", picked.has(at));
    });
    box.append(option);
  });
  if (multiple) {
    const vote = () => picked.size > 0 && act("vote", { message: data.id, options: [...picked].sort() });
    box.append(button("Vote", { class: "primary", onclick: vote }));
  }
  return box;
}

function result(text, count, total, chosenHere, right, quiz) {
  const percent = total > 0 ? Math.round((100 * count) / total) : 0;
  const sign = quiz && right ? " ✓" : chosenHere ? (quiz ? " ✗" : " ✓") : "";
  const classes = ["option", quiz && right ? "right-answer" : "", quiz && chosenHere && !right ? "wrong-answer" : ""];
  const bar = make("div", { class: "bar" });
  bar.style.width = `${percent}%`;
  return make("div", { class: classes.join(" ").trim() },
    make("span", { class: "mark" }, `${percent}%`), make("span", {}, text + sign), bar);
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

const clockTime = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
const dayName = (at) => new Date(at).toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" });

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
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  return hours > 0 ? `${hours} h` : `${Math.floor(seconds / 60)} min`;
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

/* ---- writing ---- */

function resize() {
  const input = $("input");
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, 152)}px`;
}

function write(text) {
  $("input").value = text;
  resize();
  showCommands();
}

async function send() {
  const text = $("input").value;
  if (text.trim() === "") return;
  const sent = editing !== null
    ? await act("edit", { message: editing, text })
    : await act("say", { text, reply_to: answering });
  if (sent) {
    leaveContext();
    write("");
  }
  $("input").focus();
}

function enterContext({ reply, edit }) {
  editing = edit?.id ?? null;
  answering = reply?.id ?? null;
  if (edit) write(edit.text);
  $("context").hidden = false;
  $("context-text").textContent = edit ? "Edit message" : `Reply to: ${reply.text.split("\n")[0]}`;
  $("input").focus();
}

function leaveContext() {
  if (editing !== null) write("");
  editing = answering = null;
  $("context").hidden = true;
}

function matching() {
  const text = $("input").value;
  if ($("menu").getAttribute("aria-expanded") === "true" && text === "") return state.commands;
  return /^\/[a-z0-9_]*$/i.test(text) ? state.commands.filter((one) => `/${one.command}`.startsWith(text.toLowerCase())) : [];
}

function showCommands() {
  const list = matching();
  if (chosen >= list.length) chosen = list.length - 1;
  $("commands").hidden = list.length === 0;
  $("commands").replaceChildren(...list.map((one, at) => make("li",
    { role: "option", id: `command-${at}`, "aria-selected": String(at === chosen), onclick: () => pick(one) },
    make("b", {}, `/${one.command}`), make("span", {}, one.description))));
  if (chosen >= 0 && list.length > 0) {
    $("input").setAttribute("aria-activedescendant", `command-${chosen}`);
    $(`command-${chosen}`).scrollIntoView({ block: "nearest" });
  } else {
    $("input").removeAttribute("aria-activedescendant");
  }
}

function pick(command) {
  closePopups();
  write("");
  act("say", { text: `/${command.command}` });
  $("input").focus();
}

function popup(opener, box) {
  const open = opener.getAttribute("aria-expanded") !== "true";
  closePopups();
  opener.setAttribute("aria-expanded", String(open));
  if (box) box.hidden = !open;
  showCommands();
}

function closePopups() {
  for (const id of ["menu", "sticker", "attach"]) $(id).setAttribute("aria-expanded", "false");
  $("stickers").hidden = $("attach-menu").hidden = true;
  document.querySelector(".actions")?.remove();
  chosen = -1;
  showCommands();
}

function onKey(event) {
  const list = $("commands").hidden ? [] : matching();
  if (list.length > 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    chosen = (chosen + step + list.length + (chosen < 0 && step < 0 ? 1 : 0)) % list.length;
    showCommands();
  } else if (list.length > 0 && event.key === "Tab" && !event.shiftKey) {
    event.preventDefault();
    write(`/${list[Math.max(chosen, 0)].command}`);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (list.length > 0 && chosen >= 0) pick(list[chosen]);
    else send();
  } else if (event.key === "ArrowUp" && $("input").value === "") {
    const own = [...messages.values()].filter(({ data }) => data.own_text).pop();
    if (own) {
      event.preventDefault();
      enterContext({ edit: own.data });
    }
  }
}

async function upload(blob, asPhoto) {
  closePopups();
  const query = new URLSearchParams({ learner, name: blob.name || "picture.png", photo: asPhoto, caption: $("input").value });
  const response = await fetch(`/chat/upload?${query}`, {
    method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: blob,
  }).catch(() => null);
  if (response?.ok) return void write("");
  const answer = await response?.json().catch(() => null);
  toast(answer?.error ?? "The file could not be sent. 50 MB is the limit.");
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

function wireWriting() {
  $("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  $("input").addEventListener("input", () => { chosen = -1; resize(); showCommands(); });
  $("input").addEventListener("keydown", onKey);
  $("input").addEventListener("paste", (event) => {
    const picture = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
    if (picture) { event.preventDefault(); upload(picture, true); }
  });
  $("menu").addEventListener("click", () => popup($("menu"), null));
  $("sticker").addEventListener("click", () => popup($("sticker"), $("stickers")));
  $("attach").addEventListener("click", () => popup($("attach"), $("attach-menu")));
  $("stickers").append(...STICKERS.map((emoji) => button(emoji, {
    "aria-label": `Sticker ${emoji}`, onclick: () => { closePopups(); act("sticker", { emoji }); },
  })));
  $("pick-photo").addEventListener("click", () => $("photo-file").click());
  $("pick-file").addEventListener("click", () => $("any-file").click());
  $("pick-place").addEventListener("click", () => { closePopups(); $("place").showModal(); });
  for (const [id, asPhoto] of [["photo-file", true], ["any-file", false]]) {
    $(id).addEventListener("change", async () => {
      for (const one of $(id).files) await upload(one, asPhoto);
      $(id).value = "";
    });
  }
  $("place").addEventListener("close", () => {
    if ($("place").returnValue !== "send") return;
    act("location", { latitude: Number($("latitude").value), longitude: Number($("longitude").value) });
  });
  $("context-close").addEventListener("click", leaveContext);
  $("start").addEventListener("click", async () => { await act("say", { text: "/start" }); });
}

function wireChat() {
  $("log").addEventListener("click", (event) => {
    const command = event.target.closest(".command");
    if (command) act("say", { text: command.dataset.command });
    event.target.closest(".spoiler")?.classList.add("shown");
  });
  $("log").addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") event.target.closest(".spoiler")?.classList.add("shown");
  });
  $("scroll").addEventListener("scroll", () => { pinned = atBottom(); showDown(); }, { passive: true });
  // The view shrinks when a keyboard opens and its content grows when a picture arrives: whoever was at
  // the end stays there.
  const keep = new ResizeObserver(() => { if (pinned) toBottom(); });
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
