// Numbers and times as people read them.

/** Time that has passed: 0.4 s, 12 s, 3 min, 5 h, 2 d. */
export function span(millis) {
  const seconds = Math.max(0, millis) / 1000;
  if (seconds < 9.95) {
    return `${seconds.toFixed(1)} s`;
  }
  if (seconds < 99.5) {
    return `${Math.round(seconds)} s`;
  }
  if (seconds < 5400) {
    return `${Math.round(seconds / 60)} min`;
  }
  return seconds < 129600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} d`;
}

/** Bits a second: 812 bit/s, 4.2 kbit/s, 1.3 Mbit/s. */
export function bits(perSecond) {
  if (perSecond < 1000) {
    return `${Math.round(perSecond)} bit/s`;
  }
  const [value, unit] = perSecond < 1e6 ? [perSecond / 1e3, "kbit/s"] : [perSecond / 1e6, "Mbit/s"];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** Frames a second. */
export function rate(framesPerSecond) {
  return `${framesPerSecond < 10 ? Number(framesPerSecond.toFixed(1)) : Math.round(framesPerSecond)} fps`;
}

/** The time of day on this machine, with the date when it is another day. */
export function time(millis) {
  const date = new Date(millis);
  const clock = date.toLocaleTimeString(undefined, { hour12: false });
  return date.toDateString() === new Date().toDateString() ? clock : `${date.toLocaleDateString()} ${clock}`;
}

/** A label of a recognizer: brush_hair is "brush hair". */
export function label(text) {
  return text.replaceAll("_", " ");
}
