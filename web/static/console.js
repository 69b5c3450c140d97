// Keeps pages fresh, opens the dialog that shows what would be done, tells the reader's zone.
"use strict";

const EVERY_MS = 10_000;
const YEAR_S = 365 * 24 * 3600;
const BASE = "/api/console";

const live = document.getElementById("live");
const stale = document.getElementById("stale");
const verdict = document.getElementById("verdict");
const dialog = document.getElementById("dialog");
const shown = new Map();
let last = new Date();
let opener = null;

// The zone of the browser: said once, then the server writes all times in it.

function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || document.documentElement.dataset.zone === zone) {
    return;
  }
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `roomsync-zone=${zone};path=${BASE};max-age=${YEAR_S};samesite=lax${secure}`;
  if (sessionStorage.getItem("roomsync-zone") !== zone) {
    sessionStorage.setItem("roomsync-zone", zone);
    location.reload();
  }
}

// The live part: only sections that changed are swapped, and none that somebody is busy in.

function sections(root) {
  return [...root.querySelectorAll("section[id]")];
}

function remember() {
  shown.clear();
  for (const section of live ? sections(live) : []) {
    shown.set(section.id, section.outerHTML);
  }
}

function isBusy(section) {
  const inside = section.contains(document.activeElement) ? document.activeElement : null;
  return section.querySelector("input:checked, details.sides[open]") !== null
    || (inside !== null && ["INPUT", "SELECT"].includes(inside.tagName));
}

function swap(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old || shown.get(fresh.id) === fresh.outerHTML || isBusy(old)) {
    return;
  }
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  shown.set(fresh.id, fresh.outerHTML);
  old.replaceWith(fresh);
  window.htmx?.process(fresh);
  if (focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

function tell(root) {
  const text = root.querySelector("[data-verdict]")?.textContent ?? "";
  const before = live.querySelector("[data-verdict]")?.textContent ?? "";
  if (verdict && text && text !== before) {
    verdict.textContent = text;
    document.title = document.title.replace(before, text);
  }
}

async function refresh(whole = false) {
  const address = new URL(location.href);
  address.hash = "";
  address.searchParams.set("part", "live");
  if (whole) {
    address.searchParams.set("whole", "yes");
  }
  try {
    const answer = await fetch(address, { cache: "no-store", credentials: "same-origin" });
    if (!answer.ok) {
      throw new Error(`answered ${answer.status}`);
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    tell(fresh);
    sections(fresh).forEach((section) => swap(document.adoptNode(section)));
    last = new Date();
    stale.hidden = true;
  } catch {
    stale.textContent = stale.dataset.text.replace("{time}", last.toLocaleTimeString());
    stale.hidden = false;
  }
}

async function keepFresh() {
  if (!document.hidden && !dialog.open) {
    await refresh();
  }
  setTimeout(keepFresh, EVERY_MS);
}

// The dialog: what the server puts into it is shown; closed, it is empty and focus goes back.

function close() {
  dialog.close();
}

dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  opener?.isConnected && opener.focus();
  opener = null;
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-close]") || event.target === dialog) {
    close();
  }
});

// A command is copied; where the browser does not allow it, it is selected.

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  const code = button?.parentElement.querySelector("code");
  if (!code) {
    return;
  }
  try {
    await navigator.clipboard.writeText(code.textContent);
    document.getElementById("told").textContent = button.dataset.copied;
    button.dataset.label ??= button.textContent;
    button.textContent = "\u2713";
    setTimeout(() => button.replaceChildren(button.dataset.label), 1500);
  } catch {
    getSelection().selectAllChildren(code);
  }
});

document.addEventListener("change", (event) => {
  const name = event.target.dataset?.all;
  if (name) {
    for (const box of event.target.form.querySelectorAll(`input[name="${name}"]`)) {
      box.checked = event.target.checked;
    }
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target === dialog && !dialog.open) {
    opener = document.activeElement;
  }
  document.getElementById("told").textContent = "";
});

// Not sooner: until then htmx does not know the buttons in it, and the browser would send the form.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target === dialog && !dialog.open) {
    dialog.showModal();
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === live) {
    remember();
  }
});

document.addEventListener("deed-done", close);
document.addEventListener("look-again", () => live && refresh(true));
document.addEventListener("work-done", () => {
  live?.querySelectorAll("input:checked").forEach((box) => (box.checked = false));
  live?.querySelectorAll("details.sides[open]").forEach((part) => (part.open = false));
  live && refresh(true);
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && live?.dataset.fresh !== undefined) {
    refresh();
  }
});

document.querySelector(".pages-nav [aria-current]")
  ?.scrollIntoView({ inline: "center", block: "nearest" });
tellZone();
remember();
if (live?.dataset.fresh !== undefined) {
  setTimeout(keepFresh, EVERY_MS);
}
