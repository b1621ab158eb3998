// Pictures of one moment, of several cameras in step: each camera has one request on its way, for the newest moment.
import { decoded, el, mark, say } from "./dom.js";
import { span, time } from "./words.js";

/** The pictures; jump is called with a moment to go to. */
export function moments(jump) {
  const box = el("div", { className: "moments" });
  const shown = new Map();
  return {
    box,
    /** Shows the cameras as they were at a moment. */
    show(cameras, at) {
      for (const [id, each] of shown) {
        if (!cameras.includes(id)) {
          each.close();
          shown.delete(id);
        }
      }
      for (const id of cameras) {
        if (!shown.has(id)) {
          const each = moment(id, jump);
          shown.set(id, each);
          box.append(each.figure);
        }
        shown.get(id).want(at);
      }
      mark(box, "data-count", String(cameras.length));
    },
    /** Where to go on when no camera has a picture at a moment; 0 when one has, or nothing comes. */
    hole() {
      const all = [...shown.values()];
      const next = all.map((each) => each.after()).filter((at) => at > 0);
      return next.length && all.every((each) => each.nothing()) ? Math.min(...next) : 0;
    },
    close() {
      shown.forEach((each) => each.close());
    },
  };
}

function moment(id, jump) {
  const image = el("img", { alt: `${id} as its tokens decode`, hidden: true, draggable: false });
  const note = el("span", { className: "note" });
  const before = el("button", { type: "button", textContent: "Before", hidden: true });
  const after = el("button", { type: "button", textContent: "After", hidden: true });
  const said = el("span", { className: "numbers" });
  const figure = el("figure", { className: "moment" },
    el("div", { className: "pane" }, image, note, el("span", { className: "jumps" }, before, after)),
    el("figcaption", {}, el("span", { className: "name", textContent: id }), " ", said));
  let wanted = -1;
  let asked = -1;
  let busy = false;
  let empty = null;
  let url = "";
  let closed = false;

  async function fetchNext() {
    busy = true;
    while (wanted !== asked && !closed) {
      asked = wanted;
      if (asked >= empty?.at && asked < Math.max(empty.afterMillis, empty.at + 1_000)) { // it was said to be a hole
        continue;
      }
      try {
        await get(asked);
      } catch {
        nothing("the page's server does not answer", null);
      }
    }
    busy = false;
  }

  async function get(at) {
    if (image.hidden && !empty) {
      say(note, "decoding; the first picture opens the decoder");
    }
    const response = await fetch(`/api/archive/${encodeURIComponent(id)}/picture.jpg?at=${Math.round(at)}`, { cache: "no-store" });
    if (!response.ok) {
      const answer = await response.json();
      nothing(answer.error, answer);
      return;
    }
    const blob = await response.blob();
    const next = URL.createObjectURL(blob);
    image.src = next;
    await decoded(image);
    if (url) {
      URL.revokeObjectURL(url);
    }
    url = next;
    image.hidden = false;
    empty = null;
    before.hidden = true;
    after.hidden = true;
    say(note, "");
    const captured = Number(response.headers.get("Nolook-At-Millis"));
    mark(image, "data-at", String(captured));
    say(said, `${time(captured)}, decoded from tokens of ${response.headers.get("Nolook-Tokenizer")}, made by ${response.headers.get("Nolook-Encoder").slice(0, 12)}`);
  }

  function nothing(why, answer) {
    empty = { beforeMillis: 0, afterMillis: 0, ...answer, at: answer ? asked : Infinity };
    image.hidden = true;
    say(note, why);
    say(said, empty.afterMillis && empty.beforeMillis ? `a hole of ${span(empty.afterMillis - empty.beforeMillis)}` : "");
    before.hidden = !empty.beforeMillis;
    after.hidden = !empty.afterMillis;
  }

  before.addEventListener("click", () => jump(empty.beforeMillis));
  after.addEventListener("click", () => jump(empty.afterMillis));
  return {
    figure,
    nothing: () => empty !== null,
    after: () => empty?.afterMillis ?? 0,
    want(at) {
      wanted = Math.round(at);
      if (!busy && at > 0) {
        fetchNext();
      }
    },
    close() {
      closed = true;
      figure.remove();
      if (url) {
        URL.revokeObjectURL(url);
      }
    },
  };
}
