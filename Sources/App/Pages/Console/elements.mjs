// Elements of the page. Text from outside becomes text, never markup.

export const $ = (id) => document.getElementById(id);

/** An element with properties, and with elements and texts in it. */
export function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Fills a choice: pairs of word and value, one of which is chosen. */
export function fill(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([word, value]) => new Option(word, value, value === chosen, value === chosen)));
}
