// The page of the API: searches its operations, opens them in place, and sends what somebody tries. A typed key stays in
// its field.
import { say } from "./words.js";

export function watchApi() {
  const tools = document.getElementById("api-tools");
  if (!tools) return;
  tools.addEventListener("submit", (event) => event.preventDefault());
  for (const form of document.querySelectorAll("form[data-path]")) watchTry(form);
  const search = document.getElementById("api-search");
  if (search) watchList(search);
}

function watchList(search) {
  const operations = [...document.querySelectorAll("a.op")].map((link) => {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      toggle(link);
    });
    link.setAttribute("aria-expanded", "false");
    link.setAttribute("role", "button");
    link.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      toggle(link);
    });
    return { row: link.parentElement, text: link.textContent.toLowerCase() };
  });
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    let found = 0;
    for (const { row, text } of operations) {
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) found += 1;
    }
    for (const section of document.querySelectorAll(".api")) section.hidden = !section.querySelector("li:not([hidden])");
    document.getElementById("api-found").textContent = 
      words.length ? say("operations", { found, all: operations.length }) : "";
  };
  search.addEventListener("input", filter);
  filter();
  const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (named && named.matches("a.op")) toggle(named);
}

// Shows an operation below its line, or hides it again; what was typed stays.
async function toggle(link) {
  let place = link.nextElementSibling;
  if (!place) {
    place = document.createElement("div");
    place.hidden = true;
    link.after(place);
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => null);
    const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    const details = page && page.querySelector("[data-operation]");
    if (!details) return location.assign(link.href);
    place.replaceChildren(details);
    watchTry(place.querySelector("form"));
  }
  place.hidden = !place.hidden;
  link.setAttribute("aria-expanded", String(!place.hidden));
}

function watchTry(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    const [heading, text] = await send(form, document.getElementById("api-key").value.trim());
    button.disabled = false;
    show(form, heading, text);
  });
}

// The status and the body of the answer.
async function send(form, key) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = { Accept: "application/json" };
  let body;
  for (const field of form.querySelectorAll("[data-in]")) {
    const value = field.value;
    if (field.dataset.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(value));
    else if (value === "") continue;
    else if (field.dataset.in === "query") query.append(field.name, value);
    else if (field.dataset.in === "header") headers[field.name] = value;
    else body = value;
  }
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["X-Api-Key"] = key;
  else headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf-token]")?.content ?? "";
  const address = query.size ? `${path}?${query}` : path;
  try {
    const began = performance.now();
    const answer = await fetch(address, {
      method: form.dataset.method, headers, body, credentials: key ? "omit" : "same-origin", redirect: "manual",
    });
    const text = await answer.text();
    const took = Math.round(performance.now() - began);
    return [`${answer.status} ${answer.statusText}, ${took} ms`, readable(text)];
  } catch (error) {
    return [say("no-answer"), error.message];
  }
}

function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function show(form, heading, text) {
  let place = form.querySelector(".answer");
  if (!place) {
    place = document.createElement("div");
    place.className = "answer stack";
    place.setAttribute("role", "status");
    form.append(place);
  }
  const title = document.createElement("strong");
  title.textContent = heading;
  const pre = document.createElement("pre");
  pre.textContent = text;
  pre.tabIndex = 0;
  pre.setAttribute("aria-label", say("answer"));
  place.replaceChildren(title, pre);
}
