// The editor for YAML: line numbers, indentation, and the line at fault. The fields' names are in complete.js.
import { insert, watchCompletion } from "./complete.js";

const STEP = "  ";

export function watchEditors() {
  for (const area of document.querySelectorAll("textarea.code")) {
    showNumbers(area);
    const completion = area.dataset.schema ? watchCompletion(area) : undefined;
    let leaves = false;
    area.addEventListener("keydown", (event) => {
      // Escape, and the next Tab leaves, as it does everywhere else.
      const left = leaves;
      if (event.key !== "Shift") leaves = event.key === "Escape";
      if (completion?.takes(event)) return;
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        area.form.requestSubmit();
      } else if (event.key === "Tab" && plain && !left) {
        event.preventDefault();
        indent(area, event.shiftKey);
      } else if (event.key === "Enter" && plain && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        insert(area, "\n" + nextIndent(area));
      }
    });
    area.addEventListener("blur", () => { leaves = false; });
    for (const button of area.form?.querySelectorAll("button[data-goto]") ?? []) {
      button.addEventListener("click", () => showLine(area, Number(button.dataset.goto)));
    }
    if (area.dataset.line) showLine(area, Number(area.dataset.line));
  }
}

// A new line begins where this one does, or below it.
function nextIndent(area) {
  const line = area.value.slice(0, area.selectionStart).split("\n").at(-1);
  const indent = /^ */.exec(line)[0];
  const below = /:\s*(#.*)?$/.test(line) && !/^\s*#/.test(line);
  const dashes = /^ *((?:- +)*)/.exec(line)[1].length;
  return below ? indent + " ".repeat(dashes) + STEP : indent + " ".repeat(dashes);
}

function indent(area, back) {
  const { value, selectionStart: from, selectionEnd: to } = area;
  if (from === to && !back) return insert(area, STEP);
  const start = value.lastIndexOf("\n", from - 1) + 1;
  const end = to > from && value[to - 1] === "\n" ? to - 1 : to;
  const lines = value.slice(start, end).split("\n");
  const moved = lines.map((line) => (back ? line.replace(/^ {1,2}/, "") : line && STEP + line)).join("\n");
  if (moved === lines.join("\n")) return;
  area.setSelectionRange(start, end);
  insert(area, moved);
  if (from === to) {
    const caret = Math.max(start, from - (lines[0].length - moved.length));
    area.setSelectionRange(caret, caret);
  } else {
    area.setSelectionRange(start, start + moved.length);
  }
}

// Numbers beside the lines; those at fault are marked.
function showNumbers(area) {
  const gutter = document.createElement("div");
  gutter.className = "gutter";
  gutter.setAttribute("aria-hidden", "true");
  const faulty = new Map();
  for (const mark of area.form?.querySelectorAll("[data-mark]") ?? []) {
    faulty.set(Number(mark.dataset.mark), mark.lastElementChild.textContent);
  }
  let count = 0;
  const draw = () => {
    const lines = area.value.split("\n").length;
    if (lines !== count) {
      count = lines;
      const numbers = document.createElement("pre");
      for (let number = 1; number <= lines; number += 1) {
        const shown = document.createElement("span");
        shown.textContent = number + "\n";
        if (faulty.has(number)) {
          shown.className = "faulty";
          shown.title = faulty.get(number);
        }
        numbers.append(shown);
      }
      gutter.replaceChildren(numbers);
    }
    gutter.firstChild.style.transform = `translateY(${-area.scrollTop}px)`;
  };
  area.before(gutter);
  area.addEventListener("input", draw);
  area.addEventListener("scroll", draw);
  draw();
}

// Selects a line and brings it into view.
function showLine(area, number) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, number - 1).reduce((length, line) => length + line.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[number - 1] ?? "").length);
  area.scrollTop = (number - 3) * parseFloat(getComputedStyle(area).lineHeight);
}
