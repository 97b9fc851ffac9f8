// Search from anywhere: arrows choose, Enter goes there. The keys that open it are in keys.js.
const PAUSE = 120;

export function watchSearch() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-search]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) openSearch(event);
  });
}

export function openSearch(event) {
  event.preventDefault();
  const template = document.getElementById("search-everything");
  const dialog = template?.content.firstElementChild.cloneNode(true);
  if (!dialog) return location.assign("/search");
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const told = dialog.querySelector("[aria-live]");
  let waiting;
  let asked;

  const choose = (option) => {
    for (const other of list.children) other.setAttribute("aria-selected", other === option);
    input.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  };
  const chosen = () => list.querySelector("[aria-selected=true]");
  const show = (hits) => {
    list.replaceChildren(...hits.map(option));
    input.setAttribute("aria-expanded", hits.length > 0);
    told.textContent = hits.length === 0 && input.value.trim() ? told.dataset.nothing : "";
    choose(list.firstElementChild);
  };
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const text = input.value.trim();
    if (!text) return show([]);
    try {
      const language = document.documentElement.lang;
      const address = `/api/search?q=${encodeURIComponent(text)}&language=${language}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: asked.signal });
      if (!answer.ok) throw new Error();
      show((await answer.json()).results);
    } catch (error) {
      if (error.name !== "AbortError") told.textContent = told.dataset.failed;
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (key) => {
    const now = chosen();
    const next = { ArrowDown: now?.nextElementSibling ?? list.firstElementChild,
      ArrowUp: now?.previousElementSibling ?? list.lastElementChild }[key.key];
    if (next) {
      key.preventDefault();
      choose(next);
    } else if (key.key === "Enter") {
      key.preventDefault();
      if (now) location.assign(now.dataset.address);
      else location.assign("/search?q=" + encodeURIComponent(input.value.trim()));
    }
  });
  list.addEventListener("click", (click) => {
    const option = click.target.closest("[role=option]");
    if (option) location.assign(option.dataset.address);
  });
  dialog.addEventListener("click", (click) => {
    if (click.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    asked?.abort();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
}

function option(hit, index) {
  const item = document.createElement("li");
  item.id = "hit-" + index;
  item.setAttribute("role", "option");
  item.dataset.address = hit.address;
  for (const [kind, text] of [["badge", hit.kind], ["hit-name", hit.name], ["sub mono", hit.detail]]) {
    if (!text) continue;
    const part = document.createElement("span");
    part.className = kind;
    part.textContent = text;
    item.append(part);
  }
  return item;
}
