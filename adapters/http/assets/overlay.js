// Asks for a restart of Traefik and stays on this page while that is away: this page may come through it, and then neither
// the answer nor another page would arrive.
import { post, tell } from "./post.js";
import { say } from "./words.js";

const GOES_ON = ["asking", "requested", "waiting", "putting-back", "restarting-again"];

export function watchOverlay() {
  document.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button?.hasAttribute("data-restarts")) return;
    event.preventDefault();
    const overlay = open();
    try {
      await post(event.target.action, new URLSearchParams(new FormData(event.target, button)));
    } catch (error) {
      // Anything else than a refusal means that the answer was lost on its way.
      if (error.field === "restart") {
        // What was to be applied is written, so this page is of the past.
        location.assign("/static?done=not-restarted");
        return;
      }
      if (error.constructor === Error) {
        overlay.close();
        tell("bad", error.message);
        document.querySelector("#messages")?.scrollIntoView({ block: "nearest" });
        return;
      }
    }
    follow(overlay);
  });
}

function open() {
  const overlay = document.createElement("dialog");
  overlay.setAttribute("aria-labelledby", "restarting");
  const title = document.createElement("h1");
  title.id = "restarting";
  title.textContent = say("restarting");
  const shown = document.createElement("p");
  shown.setAttribute("role", "status");
  shown.textContent = say("asking");
  overlay.append(title, shown);
  overlay.className = "overlay";
  overlay.addEventListener("close", () => overlay.remove());
  document.body.append(overlay);
  overlay.showModal();
  return overlay;
}

// Until it is over, whichever way, or somebody has closed it.
async function follow(overlay) {
  const shown = overlay.querySelector("[role=status]");
  while (overlay.open) {
    try {
      const answer = await fetch("/api/static/status", { headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { restart } = await answer.json();
      if (!GOES_ON.includes(restart.state)) {
        location.assign("/static/restart");
        return;
      }
      shown.textContent = `${restart.message[0].toUpperCase()}${restart.message.slice(1)}.`;
    } catch {
      shown.textContent = say("nothing-answers");
    }
    await new Promise((resolve) => { setTimeout(resolve, 500); });
  }
}
