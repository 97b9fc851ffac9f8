// The names of the fields that may stand where the caret is, and the values of those that have few, from Traefik's schema.
import { say } from "./words.js";

const SHOWN = 60;
// A key at the end of what stands before the caret, with the dashes of a list in front of it.
const BEGUN = /^( *(?:- +)*)([A-Za-z][\w]*|)$/;
// A line with a key: indentation, dashes, key, value.
const KEYED = /^( *)((?:- +)*)(?:"([^"]*)"|'([^']*)'|([^\s#:'"{[][^:]*?)) *:(?:\s+(.*))?$/;
// A key, and what is typed of its value.
const VALUED = /^( *(?:- +)*)([A-Za-z]\w*) *: +([\w.-]*)$/;
// A key of a mapping in braces, in front of the brace that opens its own.
const IN_BRACES = /^\s*([A-Za-z]\w*)\s*:\s*$/;
let number = 0;

// Puts a text in place of the selection, so that the browser can undo it.
export function insert(area, text) {
  area.focus();
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// Returns what the editor asks first about each key that is pressed.
export function watchCompletion(area) {
  const list = document.createElement("ul");
  list.id = `fields-${number += 1}`;
  list.className = "completion";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("fields-here"));
  const said = document.createElement("div");
  said.className = "sr";
  said.setAttribute("role", "status");
  area.after(list, said);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-haspopup", "listbox");

  let schema;
  let found = [];
  let chosen = 0;
  let typed = "";
  const fetched = fetch(area.dataset.schema, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : undefined))
    .then((answer) => { schema = answer?.mappings; })
    .catch(() => {});

  const close = () => {
    list.hidden = true;
    found = [];
    said.textContent = "";
    area.removeAttribute("aria-controls");
    area.removeAttribute("aria-activedescendant");
  };
  const choose = (at) => {
    chosen = (at + found.length) % found.length;
    [...list.children].forEach((item, nth) => item.setAttribute("aria-selected", String(nth === chosen)));
    const item = list.children[chosen];
    area.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  };
  const open = () => {
    const here = schema && area.selectionStart === area.selectionEnd && fieldsAt(area, schema);
    if (!here) return close();
    typed = here.typed;
    const wanted = typed.toLowerCase();
    const starts = (field) => field.name.toLowerCase().startsWith(wanted);
    const fits = (field) => field.name.toLowerCase().includes(wanted) && !here.taken.has(field.name.toLowerCase());
    found = here.fields.filter(fits).sort((a, b) => starts(b) - starts(a)).slice(0, SHOWN);
    if (found.length === 0 || (found.length === 1 && found[0].name === typed)) return close();
    list.replaceChildren(...found.map((field, nth) => shown(field, `${list.id}-${nth}`)));
    list.hidden = false;
    area.setAttribute("aria-controls", list.id);
    choose(0);
    place(area, list, typed.length);
    said.textContent = found.length === 1 ? say("one-field") : say("fields", { count: found.length });
  };
  const take = (field) => {
    const text = area.value;
    const caret = area.selectionStart;
    const line = text.slice(text.lastIndexOf("\n", caret - 1) + 1, caret);
    const column = line.length - typed.length;
    close();
    area.setSelectionRange(caret - typed.length, caret);
    // What stands behind the caret already is not written twice.
    const has = /^ *:/.test(text.slice(caret));
    const more = field.isValue || has ? "" : field.isInBraces ? ": " : begun(field, column);
    insert(area, field.name + more);
    if (more && (field.opens === "mapping" && !field.isInBraces || field.values)) open();
  };

  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) take(found[[...list.children].indexOf(item)]);
  });
  area.addEventListener("input", (event) => {
    const types = event.inputType === "insertText" || event.inputType === "insertCompositionText";
    const deletes = event.inputType?.startsWith("delete") && !list.hidden;
    const line = area.value.slice(0, area.selectionStart).split("\n").at(-1);
    if ((types && spot(line)?.typed) || deletes) open();
    else close();
  });
  area.addEventListener("blur", close);
  area.addEventListener("scroll", close);
  area.addEventListener("click", close);

  const takes = (event) => {
    if (event.key === " " && event.ctrlKey) {
      fetched.then(open);
    } else if (list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) {
      return false;
    } else if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) take(found[chosen]);
    else if (event.key === "Escape") close();
    else {
      if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") close();
      return false;
    }
    event.preventDefault();
    return true;
  };
  return { takes };
}

function shown(field, id) {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  for (const [kind, text] of [["b", field.name], ["i", field.type], ["span", field.hint ?? ""]]) {
    const part = document.createElement(kind);
    part.textContent = text;
    item.append(part, " ");
  }
  return item;
}

// What is written behind a name: its value begins here, or one step further in.
function begun(field, column) {
  const below = "\n" + " ".repeat(column + 2);
  if (field.opens === "list") return ":" + below + "- ";
  return field.opens ? ":" + below : ": ";
}

// What stands before the caret in its line: how far in, the way from there through braces, the key whose value is begun,
// and what is typed.
function spot(line) {
  if (!/[:-] +\{/.test(line)) {
    const begun = BEGUN.exec(line);
    if (begun) return { indent: begun[1], inner: [], typed: begun[2] };
    const valued = VALUED.exec(line);
    return valued && { indent: valued[1], inner: [], key: valued[2], typed: valued[3] };
  }
  const indent = /^ *(?:- +)*/.exec(line)[0];
  const inner = [];
  const keys = [];
  let from = indent.length;
  let quote = "";
  for (let at = from; at < line.length; at += 1) {
    const letter = line[at];
    if (quote) {
      if (letter === quote) quote = "";
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "{") {
      const element = inner.at(-1) === "-" || (keys.length === 0 && indent.includes("-"));
      const list = element && line.slice(from, at).trim() === "";
      const key = IN_BRACES.exec(line.slice(from, at))?.[1];
      if (!list && !key) return undefined;
      inner.push(list ? "" : key);
      keys.push(new Set());
      from = at + 1;
    } else if (letter === "[") {
      const key = IN_BRACES.exec(line.slice(from, at))?.[1];
      if (!key) return undefined;
      inner.push(key, "-");
      from = at + 1;
    } else if (letter === "}") {
      const key = inner.pop();
      keys.pop();
      if (key) keys.at(-1)?.add(key.toLowerCase());
      from = at + 1;
    } else if (letter === "]") {
      inner.splice(-2);
      from = at + 1;
    } else if (letter === ",") {
      const key = /^\s*([A-Za-z]\w*)\s*:/.exec(line.slice(from, at))?.[1];
      if (key) keys.at(-1)?.add(key.toLowerCase());
      from = at + 1;
    }
  }
  if (quote || keys.length === 0 || inner.at(-1) === "-") return undefined;
  const rest = line.slice(from);
  const begun = /^\s*([A-Za-z]\w*|)$/.exec(rest);
  const valued = /^\s*([A-Za-z]\w*)\s*:\s+([\w.-]*)$/.exec(rest);
  const place = { indent, inner: inner.filter((step) => step), taken: keys.at(-1) };
  if (begun) return { ...place, typed: begun[1] };
  return valued && { ...place, key: valued[1], typed: valued[2] };
}

// What may stand at the caret, what stands there already, and what is typed of it.
function fieldsAt(area, schema) {
  const here = spot(area.value.slice(0, area.selectionStart).split("\n").at(-1));
  const around = here && mappingAt(area, here.indent);
  if (!around) return undefined;
  const fields = descend(schema, [...base(area), ...around.way, ...here.inner]);
  if (!fields) return undefined;
  if (here.key) {
    const field = fields.find((one) => one.name.toLowerCase() === here.key.toLowerCase());
    if (!field?.values) return undefined;
    const values = field.values.map((name) => ({ name, type: "", hint: "", isValue: true }));
    return { fields: values, taken: new Set(), typed: here.typed };
  }
  const isInBraces = here.taken !== undefined;
  return {
    fields: isInBraces ? fields.map((field) => ({ ...field, isInBraces })) : fields,
    taken: here.taken ?? around.taken,
    typed: here.typed,
  };
}

// The way to the mapping whose keys stand so far in, and the keys that it has besides the caret's.
function mappingAt(area, indent) {
  const before = area.value.slice(0, area.selectionStart).split("\n");
  const after = area.value.slice(area.selectionStart).split("\n").slice(1);
  const taken = new Set();
  const way = [];
  let column = indent.length;
  // A list may stand as far in as its key: once a dash is passed, that key may too.
  let dash = indent.lastIndexOf("-");
  let own = dash < 0;
  if (dash >= 0) {
    way.unshift("-");
    column = dash;
  }
  for (const line of before.slice(0, -1).reverse()) {
    const parts = KEYED.exec(line);
    if (/^\s*(#.*)?$/.test(line)) continue;
    const start = /^ */.exec(line)[0].length;
    const keyed = parts ? start + parts[2].length : start;
    const name = parts && (parts[3] ?? parts[4] ?? parts[5]);
    if (own && parts && keyed === indent.length) taken.add(name.toLowerCase());
    if (dash < 0 && parts?.[2] && keyed === column) {
      // Our element of a list begins here.
      way.unshift("-");
      column = start + parts[2].lastIndexOf("-");
      dash = column;
      own = false;
      continue;
    }
    const above = dash >= 0 && dash === column ? keyed <= column && !/^ *-/.test(line) : keyed < column;
    if (!above) continue;
    own = false;
    if (!parts) return undefined;
    if (parts[6] && !/^[&!#]/.test(parts[6])) return undefined;
    way.unshift(name);
    column = keyed;
    dash = -1;
    if (parts[2]) {
      way.unshift("-");
      column = start + parts[2].lastIndexOf("-");
      dash = column;
    }
    if (column === 0 && dash < 0) break;
  }
  for (const line of after) {
    const parts = KEYED.exec(line);
    if (/^\s*(#.*)?$/.test(line)) continue;
    const keyed = /^ */.exec(line)[0].length;
    if (keyed < indent.length || parts?.[2]) break;
    if (parts && keyed === indent.length) taken.add((parts[3] ?? parts[4] ?? parts[5]).toLowerCase());
  }
  return { way, taken };
}

// Where the text stands in a file; what is chosen in the form counts.
function base(area) {
  const steps = area.dataset.place ? area.dataset.place.split(".") : [];
  const protocol = area.form?.querySelector("select#protocol")?.value;
  if (protocol && steps.length > 0) steps[0] = protocol;
  return steps;
}

// The mapping at the end of a way; undefined where names are one's own.
function descend(schema, way) {
  let mapping = 0;
  let opened = "mapping";
  for (const step of way) {
    if (opened === "names" || opened === "list") {
      if (opened === "list" && step !== "-") return undefined;
      opened = "mapping";
      continue;
    }
    const field = mapping === undefined ? undefined
      : schema[mapping].find((one) => one.name.toLowerCase() === step.toLowerCase());
    if (!field) return undefined;
    mapping = field.of;
    opened = field.opens;
  }
  return opened === "mapping" && mapping !== undefined ? schema[mapping] : undefined;
}

// Below the caret, or above it where there is no room; the letters are all as wide.
function place(area, list, typed) {
  const style = getComputedStyle(area);
  const lines = area.value.slice(0, area.selectionStart).split("\n");
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const letter = pen.measureText("0").width;
  const height = parseFloat(style.lineHeight);
  const left = area.offsetLeft + parseFloat(style.paddingLeft) + (lines.at(-1).length - typed) * letter - area.scrollLeft;
  const top = area.offsetTop + parseFloat(style.paddingTop) + lines.length * height - area.scrollTop;
  const room = area.offsetParent.clientWidth - list.offsetWidth;
  list.style.left = `${Math.max(0, Math.min(left, room))}px`;
  const fits = area.getBoundingClientRect().top + top - area.offsetTop + list.offsetHeight < innerHeight;
  list.style.top = `${fits ? top + 2 : Math.max(0, top - height - list.offsetHeight)}px`;
}
