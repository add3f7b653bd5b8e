// The field to write in and what stands around it: commands, stickers, attachments, replies and edits.
"use strict";

const STICKERS = ["👍", "👎", "🚀", "🎉", "❤️", "😂", "🤔", "😭", "🔥", "👀", "🙏", "💯"];
let editing = null;
let answering = null;
let chosen = -1; // the command that the arrow keys point at

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
