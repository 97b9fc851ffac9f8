// Keys that work on every page: "/" and Ctrl-K search, "g" and a letter goes to a page, "n" adds one, "?" lists them all.
// The letters of the pages are those of the navigation. Single keys can be switched off, for this browser.
import { openSearch } from "./search.js";

const KEPT = "single-keys";
const PAUSE = 1_500;
const FIELDS = "input, textarea, select, [contenteditable]";

const keys = { "/": search, "?": openList, n: add, g: wait };
let waiting;

export function watchKeys() {
  show(areOn());
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") return openSearch(event);
    if (command || event.altKey || event.repeat || !areOn() || event.target.closest?.(FIELDS)) return;
    const goes = waiting && pages().find((page) => page.dataset.key === event.key);
    clearTimeout(waiting);
    waiting = undefined;
    if (goes) {
      event.preventDefault();
      goes.click();
    } else if (Object.hasOwn(keys, event.key)) {
      keys[event.key](event);
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-shortcuts]")) openList(event);
  });
}

const pages = () => [...document.querySelectorAll("nav [data-key]")];

function search(event) {
  const own = document.querySelector("main input[type=search]");
  if (!own) return openSearch(event);
  event.preventDefault();
  own.focus();
  own.select();
}

function add(event) {
  const link = document.querySelector("main [data-key=n]");
  if (!link) return;
  event.preventDefault();
  link.click();
}

function wait() {
  waiting = setTimeout(() => { waiting = undefined; }, PAUSE);
}

function openList(event) {
  const dialog = document.getElementById("shortcuts")?.content.firstElementChild.cloneNode(true);
  if (!dialog) return;
  event.preventDefault();
  dialog.querySelector(".pages").append(...pages().map(line));
  const box = dialog.querySelector("input");
  box.checked = areOn();
  box.addEventListener("change", () => keep(box.checked));
  dialog.addEventListener("click", (click) => {
    if (click.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function line(page) {
  const made = document.createElement("div");
  const [term, name] = ["dt", "dd"].map((tag) => made.appendChild(document.createElement(tag)));
  for (const key of ["g", page.dataset.key]) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap, " ");
  }
  name.textContent = page.textContent.trim();
  return made;
}

// A browser may keep nothing for this page; then a choice holds while the page is open.
let chosen = true;

function areOn() {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return chosen;
  }
}

function keep(on) {
  chosen = on;
  show(on);
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // Said above.
  }
}

function show(on) {
  document.documentElement.classList.toggle("no-keys", !on);
}
