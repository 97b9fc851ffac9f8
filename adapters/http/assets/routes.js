// The list of routes: filters as you type, switches without a reload, and Traefik's verdict kept up to date.
import { post, tell } from "./post.js";
import { say } from "./words.js";

const REFRESH = 10_000;
const AFTER_A_CHANGE = 2_500;

export function watchRoutes() {
  const list = document.getElementById("routes");
  const filters = document.querySelector("form.filters");
  if (!list || !filters) return;
  let waiting;
  let asked;

  const load = async (address, remember) => {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: asked.signal });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("routes");
      // Somebody with the focus in the list keeps it, and so does whoever answers a question that the list has asked.
      const isInUse = list.contains(document.activeElement) || document.querySelector("dialog[open]");
      if (fresh && (remember || !isInUse)) list.replaceChildren(...fresh.childNodes);
      const state = page.getElementById("traefik");
      if (state) document.getElementById("traefik")?.replaceWith(state);
      if (remember) history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") tell("warn", say("list-is-old"));
    }
  };
  const chosen = () => {
    const values = [...new FormData(filters)].filter(([, value]) => value !== "");
    const query = new URLSearchParams(values).toString();
    return location.pathname + (query ? "?" + query : "");
  };
  filters.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => load(chosen(), true), event.target.type === "search" ? 150 : 0);
  });
  filters.addEventListener("submit", (event) => {
    event.preventDefault();
    load(chosen(), true);
  });

  list.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (event.target.id !== "switches" || !button) return;
    event.preventDefault();
    const id = button.value;
    const body = new URLSearchParams(new FormData(event.target));
    body.set(button.name, id);
    button.disabled = true;
    try {
      await post(event.target.getAttribute("action"), body);
    } catch (error) {
      tell("bad", error.message);
    }
    await load(location.pathname + location.search, true);
    list.querySelector(`button.switch[value="${CSS.escape(id)}"]`)?.focus();
  });

  // What was saved a moment ago Traefik has not loaded yet.
  if (new URLSearchParams(location.search).has("done")) {
    setTimeout(() => load(location.pathname + location.search, false), AFTER_A_CHANGE);
  }
  setInterval(() => {
    if (!document.hidden) load(location.pathname + location.search, false);
  }, REFRESH);
}
