// Long forms: warns before typed text is lost, and lets lists of servers grow.
export function watchForms() {
  for (const form of document.querySelectorAll("form[data-guard]")) {
    let changed = form.hasAttribute("data-changed");
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => {
      changed = false;
      form.querySelector("button[type=submit]")?.setAttribute("disabled", "");
    });
    addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
    // Coming back with the back button finds the form as it was left.
    addEventListener("pageshow", () => form.querySelector("button[type=submit]")?.removeAttribute("disabled"));
  }
  for (const button of document.querySelectorAll("button[data-add]")) {
    button.addEventListener("click", () => {
      const rows = document.getElementById(button.dataset.add);
      const row = rows.lastElementChild.cloneNode(true);
      for (const input of row.querySelectorAll("input")) {
        input.value = "";
        input.removeAttribute("id");
      }
      rows.append(row);
      row.querySelector("input")?.focus();
    });
  }
  for (const area of document.querySelectorAll("textarea.code")) {
    area.addEventListener("keydown", (event) => {
      if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        area.form.requestSubmit();
      }
    });
  }
}
