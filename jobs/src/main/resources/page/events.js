// What cameras showed, the newest first, each with a strip of pictures out of the archive.
import { ask, known } from "./api.js";
import { el, say } from "./dom.js";
import { turns } from "./turns.js";
import { label, span, time } from "./words.js";

const AGAIN_MILLIS = 2_000;
const PICTURES = 4;
const AT_ONCE = 2; // a browser has six connections to a server, and the server decodes one after another
const LIMITS = [50, 200, 500];

/** Takes the place of what is in the element. */
export function mount(element) {
  const camera = el("input", { type: "search", placeholder: "Camera", "aria-label": "Camera, its whole id" });
  const what = el("select", { "aria-label": "What" }, el("option", { value: "", textContent: "All labels" }));
  const from = el("input", { type: "datetime-local", "aria-label": "From" });
  const to = el("input", { type: "datetime-local", "aria-label": "To" });
  const most = el("select", { "aria-label": "How many" }, LIMITS.map((limit) => el("option", { value: limit, textContent: `newest ${limit}` })));
  const count = el("span", { className: "count", role: "status" });
  const list = el("ul", { className: "events" });
  const none = el("p", { className: "nothing", textContent: "No event yet. The recognizing job writes them to the topic of actions." });
  element.append(el("article", {}, el("h1", { className: "unseen", textContent: "Events" }),
    el("div", { className: "filter" }, camera, what, el("label", {}, "from", from), el("label", {}, "to", to), most, count), none, list));
  const shown = new Map();
  const queue = turns(AT_ONCE);
  let closed = false;
  const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (entry.isIntersecting) {
      seen.unobserve(entry.target);
      entry.target.begin();
    }
  }), { rootMargin: "200px" });

  async function refresh() {
    const query = new URLSearchParams({ limit: most.value });
    for (const [name, value] of [["camera", camera.value.trim()], ["label", what.value], ["from", millis(from)], ["to", millis(to)]]) {
      if (value) {
        query.set(name, value);
      }
    }
    try {
      const answer = await ask(`/api/events?${query}`);
      if (!closed) {
        fill(answer);
      }
    } catch (error) {
      say(count, error.message);
    }
  }

  function fill({ labels, events }) {
    const chosen = what.value;
    if (labels.length + 1 !== what.options.length) {
      what.replaceChildren(el("option", { value: "", textContent: "All labels" }), ...labels.map((each) => el("option", { value: each, textContent: label(each), selected: each === chosen })));
    }
    const told = new Set(events.map((event) => event.id));
    for (const [id, each] of shown) {
      if (!told.has(id)) {
        each.close();
        shown.delete(id);
      }
    }
    events.forEach((event, i) => {
      if (!shown.has(event.id)) {
        const item = entry(event, queue);
        shown.set(event.id, item);
        seen.observe(item.strip);
      }
      const item = shown.get(event.id);
      item.update(event);
      if (list.children[i] !== item.box) {
        list.insertBefore(item.box, list.children[i] ?? null);
      }
    });
    none.hidden = events.length > 0;
    say(count, events.length ? `${events.length} events` : "");
  }

  for (const control of [camera, what, from, to, most]) {
    control.addEventListener("change", refresh);
  }
  const again = setInterval(refresh, AGAIN_MILLIS);
  refresh();
  return () => {
    closed = true;
    clearInterval(again);
    seen.disconnect();
    shown.forEach((each) => each.close());
  };
}

function millis(input) {
  const at = new Date(input.value).getTime();
  return Number.isNaN(at) ? "" : String(at);
}

/** One event: what, where, when, and pictures of it as soon as they are archived. */
function entry(first, queue) {
  let event = first;
  const facts = el("p", { className: "numbers" });
  const images = Array.from({ length: PICTURES }, () => el("img", { alt: "", hidden: true }));
  const note = el("span", { className: "note", textContent: "loading" });
  const strip = el("div", { className: "strip" }, images, note);
  const title = el("a", { className: "name" });
  const box = el("li", { className: "event" }, strip, el("div", {}, title, el("p", { className: "where", textContent: first.camera }), facts));
  const urls = [];
  const left = new AbortController();
  let timer = 0;
  let closed = false;

  /** Whether there is a picture. */
  async function fetchOne(i, at) {
    if (closed) {
      return false;
    }
    const response = await fetch(`/api/archive/${encodeURIComponent(event.camera)}/picture.jpg?at=${at}`, { cache: "no-store", signal: left.signal });
    if (!response.ok) {
      say(note, response.status === 404 ? "not archived yet" : "no picture");
      return false;
    }
    urls.push(URL.createObjectURL(await response.blob()));
    images[i].src = urls[i];
    images[i].hidden = false;
    images[i].alt = `${label(event.label)}, picture ${i + 1} of ${PICTURES}`;
    note.hidden = true;
    return true;
  }

  /** Asks until the last picture is there: a segment is archived when its clip ends. */
  async function fetchAll() {
    const length = event.toMillis - event.fromMillis;
    let goesOn = true;
    for (let i = urls.length; i < PICTURES && goesOn; i++) {
      const at = Math.round(event.fromMillis + length * i / (PICTURES - 1));
      goesOn = await queue.take(() => fetchOne(i, at)).catch(() => false);
    }
    if (urls.length < PICTURES && !closed) {
      timer = setTimeout(fetchAll, 5_000);
    }
  }

  const isOffline = () => known.cameras.get(event.camera)?.health === "offline";

  strip.begin = fetchAll;
  return {
    box,
    strip,
    update(now) {
      event = now;
      box.dataset.state = event.ended ? "ended" : "begun";
      title.href = `#/timeline/${encodeURIComponent(event.camera)}/${event.fromMillis}`;
      say(title, label(event.label));
      say(facts, `${time(event.fromMillis)}, ${event.ended ? span(event.toMillis - event.fromMillis) : isOffline() ? "its end was not seen" : "goes on"}, ${Math.round(100 * event.confidence)} %`);
    },
    close() {
      closed = true;
      left.abort();
      clearTimeout(timer);
      urls.forEach((url) => URL.revokeObjectURL(url));
      box.remove();
    },
  };
}
