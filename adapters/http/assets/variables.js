// The environment variables of the DNS provider that is typed.
export function watchVariables() {
  for (const panel of document.querySelectorAll("[data-variables]")) {
    const field = document.getElementById(panel.dataset.variables);
    const chosen = panel.querySelector("[data-chosen]");
    field?.addEventListener("input", () => {
      const known = panel.querySelector(`[data-code="${CSS.escape(field.value.trim())}"]`);
      chosen.hidden = !known;
      if (!known) return;
      chosen.querySelector("[data-name]").textContent = known.querySelector("dt span").textContent;
      chosen.querySelector("[data-names]").replaceChildren(...known.querySelector("dd").cloneNode(true).childNodes);
    });
  }
}
