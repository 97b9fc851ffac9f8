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
  // Whoever types into one of two fields means that one.
  for (const field of document.querySelectorAll("[data-picks]")) {
    field.addEventListener("input", () => { document.getElementById(field.dataset.picks).checked = true; });
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
    if (area.dataset.line) showLine(area, Number(area.dataset.line));
    area.addEventListener("keydown", (event) => {
      if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        area.form.requestSubmit();
      }
    });
  }
}

// Selects the line at fault and brings it into view.
function showLine(area, number) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, number - 1).reduce((length, line) => length + line.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[number - 1] ?? "").length);
  area.scrollTop = (number - 3) * parseFloat(getComputedStyle(area).lineHeight);
}
