// Follows a restart of Traefik, through which this very page may come: the server tells how it goes on, and where nothing
// comes through, it is asked again and again.
import { say } from "./words.js";

export function watchRestart() {
  const panel = document.querySelector("[data-restart]");
  const shown = panel?.querySelector("[data-state]");
  if (!shown) return;
  let isOver = false;
  const show = (restart) => {
    if (isOver) return;
    if (["done", "put-back", "failed", "none"].includes(restart.state)) {
      isOver = true;
      location.reload();
      return;
    }
    shown.textContent = `${restart.message[0].toUpperCase()}${restart.message.slice(1)}.`;
  };
  const silence = () => {
    if (isOver) return;
    shown.textContent = say("nothing-answers");
  };
  const look = async () => {
    if (isOver) return;
    try {
      const answer = await fetch("/api/static/status", { headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) throw new Error(String(answer.status));
      show((await answer.json()).restart);
    } catch {
      silence();
    }
    setTimeout(look, 1000);
  };
  const events = new EventSource("/static/restart/events");
  events.addEventListener("message", (event) => {
    show(JSON.parse(event.data));
    if (isOver) events.close();
  });
  events.addEventListener("error", () => {
    silence();
    // A browser connects again by itself where the connection broke, and not where something else answered.
    if (events.readyState === EventSource.CLOSED) look();
  });
}
