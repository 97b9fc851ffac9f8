// Sends a change and returns what the server says; throws with its message when it refuses.
export async function post(address, body) {
  const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";
  const answer = await fetch(address, {
    method: "POST",
    headers: { "X-Requested-With": "fetch", "X-CSRF-Token": token },
    body,
  });
  if (answer.status === 401) {
    location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search));
    return new Promise(() => {});
  }
  const said = await answer.json();
  if (!said.ok) throw Object.assign(new Error(said.message), { field: said.field });
  return said;
}

// Shows a message above the page's content, and to screen readers.
export function tell(kind, text) {
  const place = document.querySelector("#messages");
  if (!place) return;
  const note = document.createElement("p");
  note.className = "note " + kind;
  note.textContent = text;
  place.replaceChildren(note);
}
