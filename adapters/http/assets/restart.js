// Follows a restart of Traefik, through which this very page may come: while nothing answers, it asks again.
export function watchRestart() {
  const panel = document.querySelector("[data-restart]");
  const shown = panel?.querySelector("[data-state]");
  if (!shown) return;
  const look = async () => {
    try {
      const answer = await fetch("/api/static/status", { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { restart } = await answer.json();
      if (["done", "put-back", "failed", "none"].includes(restart.state)) {
        location.reload();
        return;
      }
      shown.textContent = `${restart.message[0].toUpperCase()}${restart.message.slice(1)}.`;
    } catch {
      shown.textContent = "Nothing answers at the moment, as is to be expected where this page comes through Traefik. Asking again.";
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}
