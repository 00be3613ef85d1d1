// The only way this page makes elements: by name, with text as text. Nothing here, or anywhere, parses markup; the
// Content-Security-Policy forbids it as well.

/**
 * An element.
 *
 * `properties`: `on` holds listeners, `data` the dataset; `class`, `value`, `checked`, `disabled`, `hidden` and `text`
 * are what they say; everything else becomes an attribute, and null leaves it out.
 */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (key === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (key === "data") {
      Object.assign(element.dataset, value);
    } else if (key === "class") {
      element.className = value;
    } else if (key === "text") {
      element.textContent = value;
    } else if (["value", "checked", "disabled", "hidden", "selected", "open", "indeterminate"].includes(key)) {
      element[key] = value;
    } else {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** Puts other children into an element. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

const SHAPES = {
  menu: ["M4 7h16", "M4 12h16", "M4 17h10"],
  plus: ["M12 5v14", "M5 12h14"],
  send: ["M12 19V5", "M6 11l6-6 6 6"],
  stop: ["M7 7h10v10H7z"],
  copy: ["M9 9h10v11H9z", "M5 15V4h10"],
  check: ["M5 13l4 4L19 7"],
  edit: ["M5 19l1-4L16 5l3 3L9 18z", "M14 7l3 3"],
  again: ["M19 12a7 7 0 1 1-2-5", "M19 4v4h-4"],
  left: ["M14 6l-6 6 6 6"],
  right: ["M10 6l6 6-6 6"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  trash: ["M5 7h14", "M9 7V4h6v3", "M7 7l1 13h8l1-13"],
  sliders: ["M4 8h9", "M17 8h3", "M4 16h3", "M11 16h9", "M15 6v4", "M9 14v4"],
  image: ["M4 5h16v14H4z", "M4 16l5-5 4 4 3-3 4 4", "M15 9h.01"],
  compare: ["M4 5h7v14H4z", "M13 5h7v14h-7z"],
  table: ["M5 19V11", "M12 19V5", "M19 19v-6"],
  branch: ["M7 4v16", "M7 16c6 0 10-3 10-9", "M14 9l3-3 3 3"],
  key: ["M9 15a4 4 0 1 0 0-.010", "M12 12l8-8", "M16 8l3 3"],
  search: ["M11 18a7 7 0 1 1 0-14 7 7 0 0 1 0 14z", "M16 16l4 4"],
  moon: ["M19 14A8 8 0 1 1 10 5a6.500 6.500 0 0 0 9 9z"],
  sun: [
    "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
    "M12 3v2",
    "M12 19v2",
    "M3 12h2",
    "M19 12h2",
    "M6 6l1 1",
    "M17 17l1 1",
    "M18 6l-1 1",
    "M7 17l-1 1",
  ],
  auto: ["M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16z", "M12 4v16", "M12 8h5", "M12 12h8", "M12 16h6"],
  help: ["M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16z", "M10 10a2 2 0 1 1 3 1.700c-.8.4-1 .8-1 1.600", "M12 16h.01"],
  download: ["M12 4v11", "M7 11l5 5 5-5", "M5 20h14"],
  upload: ["M12 16V5", "M7 9l5-5 5 5", "M5 20h14"],
  more: ["M6 12a.6.6 0 1 0 0-.010", "M12 12a.6.6 0 1 0 0-.010", "M18 12a.6.6 0 1 0 0-.010"],
  book: ["M5 5h6a2 2 0 0 1 1 .5 2 2 0 0 1 1-.5h6v13h-6a2 2 0 0 0-1 .5 2 2 0 0 0-1-.5H5z", "M12 5.500V18.500"],
  file: ["M7 4h7l4 4v12H7z", "M14 4v4h4"],
  seal: ["M7 11h10v9H7z", "M9 11V8a3 3 0 0 1 6 0v3", "M10 15.500l1.500 1.500 2.500-3"],
  tool: ["M14 7a4 4 0 0 1 5-2l-2 3 1 1 3-2a4 4 0 0 1-5 5l-7 7-3-3z"],
  thought: ["M12 5a7 6 0 1 1-3 11l-4 2 1-4a7 6 0 0 1 6-9z"],
};

/** A drawing that goes with a label and says nothing by itself. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  for (const shape of SHAPES[name]) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}

/** A button that shows only a drawing; the label is what it is called. */
export function iconButton(name, label, onClick, properties = {}) {
  return h(
    "button",
    { type: "button", class: "icon-button", title: label, "aria-label": label, ...properties, on: { click: onClick } },
    icon(name),
  );
}
