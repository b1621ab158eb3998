// Rows of cameras over a stretch of time, drawn; and the moment, which is a slider.
import { el, mark, say } from "./dom.js";
import { why } from "./reasons.js";
import { label, span, time } from "./words.js";

const HEIGHT = 26;
const STEPS = { ArrowLeft: -1_000, ArrowRight: 1_000 };

/** The rows; scrub takes a moment, toggle a camera whose picture comes or goes. */
export function rows({ scrub, toggle }) {
  const list = el("div", { className: "rows" });
  const needle = el("div", { className: "needle" });
  const slider = el("div", { className: "slider", tabIndex: 0, role: "slider", "aria-label": "Moment" }, needle);
  const axis = el("canvas", { className: "axis", height: 18 });
  const marks = el("tbody");
  const told = el("details", { className: "list" }, el("summary", { textContent: "Holes, keyframes and actions of this stretch" }),
    el("div", { className: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, ["when", "camera", "what"].map((name) => el("th", { scope: "col", textContent: name })))), marks)));
  const legend = el("p", { className: "legend" }, ["captured", "action", "hole", "keyframe"].map((kind) => el("span", { className: `key ${kind}`, textContent: kind })));
  const box = el("section", { className: "when" }, el("div", { className: "lanes" }, list, slider, axis), legend, told);
  const lines = new Map();
  let from = 0;
  let to = 1;
  let at = 0;
  let last = null;
  let listed = "";

  const x = (millis, width) => (millis - from) / (to - from) * width;

  function line(id) {
    const name = el("button", { type: "button", className: "lane", textContent: id, title: `Show or hide ${id}`, "aria-pressed": "false" });
    const canvas = el("canvas", { height: HEIGHT, role: "img" });
    name.addEventListener("click", () => toggle(id));
    const row = el("div", { className: "line" }, name, canvas);
    return { row, name, canvas };
  }

  function draw() {
    if (!last) {
      return;
    }
    const { answer, events } = last;
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    for (const row of answer.cameras) {
      const canvas = lines.get(row.camera).canvas;
      const { context, width } = sized(canvas, HEIGHT);
      context.fillStyle = colour("--raised");
      context.fillRect(0, 0, width, HEIGHT);
      context.fillStyle = colour("--accent");
      const part = width / row.covered.length;
      row.covered.forEach((share, i) => {
        if (share > 0) {
          context.globalAlpha = 0.25 + 0.6 * share;
          context.fillRect(i * part, 9, part + 0.5, HEIGHT - 9);
        }
      });
      context.globalAlpha = 1;
      context.fillStyle = colour("--offline");
      row.holes.forEach((hole) => context.fillRect(x(hole.fromMillis, width), HEIGHT - 4, Math.max(2, x(hole.toMillis, width) - x(hole.fromMillis, width)), 4));
      context.fillStyle = colour("--poor");
      row.keyframes.forEach((keyframe) => context.fillRect(x(keyframe.fromMillis, width) - 1, 9, 2, HEIGHT - 9));
      context.fillStyle = colour("--fair");
      events.filter((event) => event.camera === row.camera).forEach((event) =>
        context.fillRect(x(event.fromMillis, width), 1, Math.max(3, x(event.toMillis, width) - x(event.fromMillis, width)), 6));
      canvas.setAttribute("aria-label", `${row.camera}: ${row.segments} segments, ${row.holes.length} holes, ${row.keyframes.length} keyframes out of turn`);
    }
    ticks(colour);
    place();
  }

  function ticks(colour) {
    const { context, width } = sized(axis, 18);
    context.clearRect(0, 0, width, 18);
    context.fillStyle = colour("--dim");
    context.font = "11px system-ui";
    const count = Math.max(2, Math.floor(width / 120));
    for (let i = 0; i < count; i++) {
      context.fillText(new Date(from + (to - from) * i / count).toLocaleTimeString(undefined, { hour12: false }), i * width / count, 13);
    }
  }

  function place() {
    const share = Math.min(1, Math.max(0, (at - from) / (to - from)));
    needle.style.left = `${100 * share}%`;
    mark(slider, "aria-valuemin", String(Math.round(from)));
    mark(slider, "aria-valuemax", String(Math.round(to)));
    mark(slider, "aria-valuenow", String(Math.round(at)));
    mark(slider, "aria-valuetext", time(at));
  }

  function tellMarks({ answer, events }) {
    const all = answer.cameras.flatMap((row) => [
      ...row.holes.map((hole) => [hole.fromMillis, row.camera, `nothing for ${span(hole.toMillis - hole.fromMillis)}${hole.missing ? `, ${hole.missing} frames missing` : ""}`]),
      ...row.keyframes.map((keyframe) => [keyframe.fromMillis, row.camera, `keyframe: ${why(keyframe.reason)}${keyframe.missing ? `, ${keyframe.missing} missing` : ""}`]),
    ]).concat(events.map((event) => [event.fromMillis, event.camera, label(event.label)]));
    all.sort((a, b) => b[0] - a[0]);
    const now = JSON.stringify(all);
    if (now === listed) { // a button keeps the keyboard's focus
      return;
    }
    listed = now;
    marks.replaceChildren(...all.slice(0, 200).map(([millis, camera, what]) => {
      const go = el("button", { type: "button", textContent: time(millis) });
      go.addEventListener("click", () => scrub(millis));
      return el("tr", {}, el("td", {}, go), el("td", { textContent: camera }), el("td", { textContent: what }));
    }));
  }

  const moment = (event) => {
    const box = slider.getBoundingClientRect();
    return from + (to - from) * Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  slider.addEventListener("pointerdown", (event) => {
    slider.setPointerCapture(event.pointerId);
    scrub(moment(event));
  });
  slider.addEventListener("pointermove", (event) => {
    if (slider.hasPointerCapture(event.pointerId)) {
      scrub(moment(event));
    }
  });
  slider.addEventListener("keydown", (event) => {
    const step = event.key in STEPS ? STEPS[event.key] * (event.shiftKey ? 10 : 1)
      : event.key === "PageUp" ? (to - from) / 10 : event.key === "PageDown" ? (from - to) / 10 : 0;
    if (step) {
      event.preventDefault();
      scrub(at + step);
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      scrub(event.key === "Home" ? from : to);
    }
  });
  const resized = new ResizeObserver(draw);
  resized.observe(list);
  return {
    box,
    parts: () => Math.max(60, Math.min(1_000, Math.floor(list.clientWidth / 2))),
    /** Takes what the archive holds of a stretch, and the events. */
    fill(answer, events, state) {
      from = answer.fromMillis;
      to = answer.toMillis;
      last = { answer, events };
      const told = new Set(answer.cameras.map((row) => row.camera));
      for (const [id, { row }] of lines) {
        if (!told.has(id)) {
          row.remove();
          lines.delete(id);
        }
      }
      for (const { camera } of answer.cameras) {
        if (!lines.has(camera)) {
          lines.set(camera, line(camera));
          list.append(lines.get(camera).row);
        }
      }
      this.chosen(state.shown);
      tellMarks(last);
      draw();
    },
    chosen(shown) {
      lines.forEach(({ name }, id) => mark(name, "aria-pressed", String(shown.includes(id))));
    },
    moment(millis) {
      at = millis;
      place();
    },
    close() {
      resized.disconnect();
    },
  };
}

/** A canvas of as many pixels as the screen has. */
function sized(canvas, height) {
  const width = canvas.clientWidth;
  const scale = devicePixelRatio || 1;
  canvas.width = Math.max(1, width * scale);
  canvas.height = height * scale;
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  return { context, width };
}
