// How a message looks: from what the server tells of it to elements. Its HTML is escaped by the server,
// everything else goes in as text.
"use strict";

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

/* ---- a message ---- */

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

const DOUBLE_CLICK = 400; // milliseconds within which a second click belongs to the first
let lastTap = -DOUBLE_CLICK;

function key(message, one, row, column) {
  const classes = ["key", one.kind, one.style ?? ""].join(" ").trim();
  const attributes = { class: classes, "data-place": `${row}-${column}`, "data-style": one.style };
  if (one.kind === "url") {
    return make("a", { ...attributes, href: one.url, target: "_blank", rel: "noopener noreferrer" }, one.text);
  }
  if (one.kind === "disabled") return button(one.text, { ...attributes, disabled: true });
  if (one.kind === "copy") return button(one.text, { ...attributes, onclick: () => copy(one.copy) });
  const tap = async (event) => {
    const pressed = event.currentTarget;
    // As on a phone, a button that waits for its answer takes no second tap. A quick bot may have put another
    // button in its place by then, and the second half of a double click was not meant for that one.
    if (pressed.getAttribute("aria-busy") === "true") return;
    if (event.detail > 1 && event.timeStamp - lastTap < DOUBLE_CLICK) return;
    lastTap = event.timeStamp;
    pressed.setAttribute("aria-busy", "true");
    // An answer that leaves the message as it is must be drawn all the same: the button is busy only here.
    const known = messages.get(message);
    if (known) known.json = "";
    if (!(await act("tap", { message, row, column }))) pressed.removeAttribute("aria-busy");
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

const clockTime = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
const dayName = (at) => new Date(at).toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" });
