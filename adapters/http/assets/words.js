// What scripts say, in the language of the page.

const words = JSON.parse(document.body.dataset.words);

/** The message with this id, with what it is told in the place of `{name}`. */
export function say(id, told = {}) {
  return words[id].replace(/\{([a-z]+)\}/g, (whole, name) => told[name] ?? whole);
}
