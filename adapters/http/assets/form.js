// What one types into: a row may say in a hidden field which of the written ones it is.
const FIRST = "input:not([type=hidden])";

// Long forms: warns before typed text is lost, and lets lists of servers grow.
export function watchForms() {
  for (const form of document.querySelectorAll("form[data-guard]")) {
    let changed = form.hasAttribute("data-changed");
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => {
      changed = false;
      // Not before the form is read: the button that was pressed says what is wanted.
      setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = true; }));
    });
    addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
    // Coming back with the back button finds the form as it was left.
    addEventListener("pageshow", () => {
      form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = false; });
    });
  }
  // Whoever types into one of two fields means that one.
  for (const field of document.querySelectorAll("[data-picks]")) {
    field.addEventListener("input", () => { document.getElementById(field.dataset.picks).checked = true; });
  }
  for (const row of document.querySelectorAll("#servers > *, .rows > *")) watchRow(row);
  for (const button of document.querySelectorAll("button[data-pick]")) watchPick(button);
  for (const button of document.querySelectorAll("button[data-add]")) {
    button.addEventListener("click", () => {
      const rows = document.getElementById(button.dataset.add);
      const row = rows.lastElementChild.cloneNode(true);
      for (const input of row.querySelectorAll("input")) {
        input.value = "";
        input.removeAttribute("id");
      }
      for (const choice of row.querySelectorAll("select")) choice.selectedIndex = 0;
      rows.append(row);
      watchRow(row);
      row.querySelector(FIRST)?.focus();
    });
  }
}

// One server at least stays, if only as an empty field.
function watchRow(row) {
  row.querySelector("button[data-remove]")?.addEventListener("click", () => {
    const input = row.querySelector(FIRST);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    if (row.parentElement.children.length > 1) {
      (row.previousElementSibling ?? row.nextElementSibling).querySelector(FIRST)?.focus();
      row.remove();
    } else {
      for (const field of row.querySelectorAll("input")) field.value = "";
      input.focus();
    }
  });
}

// A name to choose is in the list or not.
function watchPick(button) {
  const input = document.getElementById(button.dataset.pick);
  const names = () => input.value.split(/[\s,]+/).filter((name) => name !== "");
  const show = () => button.setAttribute("aria-pressed", String(names().includes(button.value)));
  button.addEventListener("click", () => {
    const chosen = names();
    const others = chosen.filter((name) => name !== button.value);
    if (others.length === chosen.length) others.push(button.value);
    input.value = others.join(", ");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  input.addEventListener("input", show);
  show();
}
