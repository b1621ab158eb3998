// Elements out of text: nothing here takes markup, so nothing that a camera says can become any.

/** An element with properties, attributes (names with a hyphen, role and the like) and children. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element && !name.includes("-")) {
      element[name] = value;
    } else {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null));
  return element;
}

/** Sets a text when it is another one: what screen readers follow must not change for nothing. */
export function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Sets an attribute when it is another one. */
export function mark(element, name, value) {
  if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

const DECODE_MILLIS = 2_000;

/** Whether an image can be shown, as soon as that needs no flicker; not later: a browser that draws nothing may never say so. */
export function decoded(image) {
  return Promise.race([
    image.decode().then(() => true, () => false),
    new Promise((resolve) => { setTimeout(() => resolve(true), DECODE_MILLIS); }),
  ]);
}
