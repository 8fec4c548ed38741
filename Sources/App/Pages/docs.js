// Draws the routes of /openapi.json, each with a form that asks it.

const routes = document.getElementById("routes");
const template = document.getElementById("route");

/** What a field holds at first, so that the first click on "Try it" shows an answer. */
const firstValues = { symbol: "BTCUSDT", interval: "1m", limit: "5" };

/** A reference of the document followed, so that the form of an answer can be read whole. */
function resolved(schema, components) {
  if (Array.isArray(schema)) return schema.map((each) => resolved(each, components));
  if (schema === null || typeof schema !== "object") return schema;
  if (schema.$ref) return resolved(components[schema.$ref.split("/").pop()], components);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolved(value, components)]));
}

function field(parameter) {
  const label = document.createElement("label");
  const choices = parameter.schema.enum;
  const input = document.createElement(choices ? "select" : "input");
  for (const choice of choices ?? []) input.add(new Option(choice, choice));
  if (choices && !parameter.required) input.add(new Option("", ""), 0);
  input.name = parameter.name;
  input.required = parameter.required;
  input.dataset.place = parameter.in;
  const first = parameter.required || parameter.name === "limit" ? firstValues[parameter.name] : undefined;
  if (choices) input.value = choices.includes(first) ? first : parameter.required ? choices[0] : "";
  else input.value = first ?? "";
  if (parameter.schema.default !== undefined) input.placeholder = String(parameter.schema.default);
  const help = document.createElement("small");
  const { minimum, maximum } = parameter.schema;
  const range = parameter.name === "limit" ? ` (${minimum} to ${maximum})` : "";
  help.textContent = parameter.description + range;
  label.append(parameter.name, input, help);
  return label;
}

function target(path, form) {
  const query = new URLSearchParams();
  let filled = path;
  for (const input of form.elements) {
    if (input.dataset.place === "path") filled = filled.replace(`{${input.name}}`, encodeURIComponent(input.value));
    else if (input.dataset.place === "query" && input.value !== "") query.set(input.name, input.value);
  }
  const text = query.toString();
  return text ? `${filled}?${text}` : filled;
}

/** Laid out without parsing a number: a binary one would lose digits that the answer has. */
function laidOut(text) {
  let depth = 0, isText = false, out = "";
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isText) {
      out += character;
      if (character === "\\") out += text[(index += 1)] ?? "";
      else if (character === '"') isText = false;
    } else if (character === '"') {
      isText = true;
      out += character;
    } else if (character === "{" || character === "[") {
      depth += 1;
      out += character + "\n" + "  ".repeat(depth);
    } else if (character === "}" || character === "]") {
      depth -= 1;
      out += "\n" + "  ".repeat(Math.max(0, depth)) + character;
    } else if (character === ",") {
      out += ",\n" + "  ".repeat(depth);
    } else if (character === ":") {
      out += ": ";
    } else if (!/\s/.test(character)) {
      out += character;
    }
  }
  return out;
}

async function ask(form, path, answer) {
  answer.hidden = false;
  const [status, headers, body] = [".status", ".headers", ".body"].map((name) => answer.querySelector(name));
  status.textContent = "…";
  const started = performance.now();
  try {
    const response = await fetch(target(path, form));
    const text = await response.text();
    status.textContent = `${response.status}, ${Math.round(performance.now() - started)} ms, ${text.length} characters`;
    headers.textContent = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    const isJSON = (response.headers.get("content-type") ?? "").includes("json");
    body.textContent = (isJSON ? laidOut(text) : text).slice(0, 200000);
  } catch (error) {
    status.textContent = `no answer: ${error.message}`;
    headers.textContent = body.textContent = "";
  }
}

function draw(path, operation, components) {
  const element = template.content.cloneNode(true).firstElementChild;
  element.dataset.words = `${path} ${operation.summary}`.toLowerCase();
  element.querySelector(".path").textContent = path;
  element.querySelector(".what").textContent = operation.summary;
  const form = element.querySelector("form");
  form.querySelector(".fields").append(...(operation.parameters ?? []).map(field));
  const shown = form.querySelector(".target");
  const show = () => (shown.textContent = target(path, form));
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form, path, element.querySelector(".answer"));
  });
  show();
  const content = Object.values(operation.responses["200"]?.content ?? {})[0];
  element.querySelector(".schema pre").textContent = JSON.stringify(resolved(content?.schema ?? {}, components), null, 2);
  return element;
}

const api = await (await fetch("/openapi.json")).json();
const components = api.components.schemas;
routes.replaceChildren(...Object.entries(api.paths).map(([path, item]) => draw(path, item.get, components)));
document.getElementById("filter").addEventListener("input", (event) => {
  const word = event.target.value.toLowerCase();
  for (const element of routes.children) element.hidden = !element.dataset.words.includes(word);
});
