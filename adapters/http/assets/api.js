// The page of the API: searches its operations, and sends what somebody tries. A typed key stays in its field.
export function watchApi() {
  const tools = document.getElementById("api-tools");
  if (!tools) return;
  const key = document.getElementById("api-key");
  const search = document.getElementById("api-search");
  const operations = [...document.querySelectorAll(".op")].map((element) => {
    return { element, text: element.querySelector("summary").textContent.toLowerCase() };
  });

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    let found = 0;
    for (const { element, text } of operations) {
      element.hidden = !words.every((word) => text.includes(word));
      if (!element.hidden) found += 1;
    }
    for (const section of document.querySelectorAll(".api")) section.hidden = !section.querySelector(".op:not([hidden])");
    document.getElementById("api-found").textContent = words.length ? `${found} of ${operations.length} operations` : "";
  };
  search.addEventListener("input", filter);
  tools.addEventListener("submit", (event) => event.preventDefault());
  filter();

  for (const form of document.querySelectorAll("form[data-path]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      button.disabled = true;
      const [heading, text] = await send(form, key.value.trim());
      button.disabled = false;
      show(form, heading, text);
    });
  }
  const linked = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (linked && linked.matches(".op")) linked.open = true;
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
    return ["No answer", error.message];
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
  pre.setAttribute("aria-label", "Answer");
  place.replaceChildren(title, pre);
}
