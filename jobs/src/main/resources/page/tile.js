// A camera in the grid: both pictures, how it is, what it does.
import { now } from "./api.js";
import { el, mark, say } from "./dom.js";
import { Pane } from "./pictures.js";
import { bits, label, rate, span, time } from "./words.js";

/** Both pictures of a camera; used by the tile and by the camera's own view. */
export function pair(id) {
  const make = (kind) => {
    const image = el("img", { alt: `${kind} picture of ${id}`, hidden: true, decoding: "async" });
    const note = el("p", { className: "note" });
    return { image, note, kind, box: el("div", { className: `pane ${kind}` }, image, note, el("span", { className: "kind", textContent: kind })) };
  };
  const original = make("original");
  const decoded = make("decoded");
  const gone = el("p", { className: "gone" });
  const box = el("div", { className: "pair" }, original.box, decoded.box, gone);
  let newest = -1;
  const panes = [
    new Pane(id, "original", original.image, original.note, (at) => { newest = at; }),
    new Pane(id, "decoded", decoded.image, decoded.note),
  ];
  let watching = false;
  let live = true;
  const change = () => panes.forEach((pane) => (watching && live ? pane.watch() : pane.unwatch()));
  return {
    box,
    newest: () => newest,
    watch(on) {
      watching = on;
      change();
    },
    /** Pictures while the camera is live, else words in their place. */
    update(camera) {
      live = camera.health !== "offline" && camera.health !== "unknown";
      mark(box, "data-live", String(live));
      if (!live) {
        panes.forEach((pane) => pane.clear(""));
        const since = camera.newestMillis > 0 ? `last picture ${time(camera.newestMillis)}` : "no picture yet";
        say(gone, `${camera.health === "offline" ? "Offline" : "Not known"}: ${since}`);
      }
      change();
    },
    close() {
      panes.forEach((pane) => {
        pane.unwatch();
        pane.clear("");
      });
    },
  };
}

/** A tile; update it with what is told of its camera. */
export function tile(id) {
  const pictures = pair(id);
  const name = el("span", { className: "name", textContent: id, title: id });
  const health = el("span", { className: "health" });
  const numbers = el("span", { className: "numbers" });
  const action = el("span", { className: "action" });
  const link = el("a", { href: `#/camera/${encodeURIComponent(id)}` }, pictures.box, el("span", { className: "row" }, name, health), el("span", { className: "row" }, action, numbers));
  const box = el("li", { className: "tile" }, link);
  box.dataset.camera = id;
  let camera = null;
  const tick = () => {
    if (!camera) {
      return;
    }
    const newest = Math.max(pictures.newest(), camera.newestMillis);
    const age = newest > 0 ? span(now() - newest) : "-";
    say(numbers, camera.health === "offline" ? `for ${age}` : `${rate(camera.framesPerSecond)} · ${age} · ${bits(camera.tokenBitsPerSecond)}`);
  };
  return {
    box,
    tick,
    update(told) {
      camera = told;
      mark(box, "data-health", told.health);
      say(health, told.health);
      health.title = told.reason;
      const last = told.lastAction;
      say(action, last ? `${label(last.label)}${last.state === "begun" ? "" : ` · ${time(last.endMillis)}`}` : "");
      mark(action, "data-state", last?.state ?? "");
      pictures.update(told);
      tick();
    },
    inView: (on) => pictures.watch(on),
    close: () => pictures.close(),
  };
}
