// Keeps the page fresh: asks for its live part and swaps only the sections that changed.
"use strict";

const EVERY_MS = 10_000;

const live = document.getElementById("live");
const stale = document.getElementById("stale");
const verdict = document.getElementById("verdict");
const shown = new Map(sections(live).map((section) => [section.id, section.outerHTML]));
let last = new Date();

function sections(root) {
  return [...root.querySelectorAll("section[id]")];
}

function isPicking() {
  return document.activeElement?.id === "pick";
}

function swap(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old || shown.get(fresh.id) === fresh.outerHTML) {
    return;
  }
  if (old.contains(document.activeElement) && isPicking()) {
    return;
  }
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  shown.set(fresh.id, fresh.outerHTML);
  old.replaceWith(fresh);
  if (focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

function tell(root) {
  const text = root.querySelector("[data-verdict]")?.textContent ?? "";
  const before = live.querySelector("[data-verdict]")?.textContent ?? "";
  if (text && text !== before) {
    verdict.textContent = text;
    document.title = document.title.replace(before, text);
  }
}

async function refresh() {
  const address = new URL(location.href);
  address.hash = "";
  address.searchParams.set("part", "live");
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
  if (!document.hidden) {
    await refresh();
  }
  setTimeout(keepFresh, EVERY_MS);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    refresh();
  }
});
setTimeout(keepFresh, EVERY_MS);
