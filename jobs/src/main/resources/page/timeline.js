// The archive by time: rows of what was captured, a moment that can be dragged, and the pictures of that moment.
import { ask } from "./api.js";
import { el, say } from "./dom.js";
import { moments } from "./moments.js";
import { rows } from "./rows.js";
import { span, time } from "./words.js";

const SPANS = [60_000, 600_000, 3_600_000, 21_600_000, 86_400_000];
const SPEEDS = [1, 2, 4, 8, 16];
const REFRESH_MILLIS = 3_000;
const MOST_PICTURES = 9;
const MOST_QUERY = 50_000; // characters; the server takes 64 KiB of headers

/** Takes the place of what is in the element; parameters are a camera and a moment, both optional. */
export function mount(element, [camera = "", moment = ""]) {
  const given = Number(moment) || 0;
  const state = { at: given, span: 600_000, end: 0, follows: !given, plays: false, speed: 1, shown: camera ? [camera] : [] };
  let held = null;
  let closed = false;

  const length = el("select", { "aria-label": "Length of the stretch" }, SPANS.map((millis) => el("option", { value: millis, textContent: span(millis), selected: millis === state.span })));
  const when = el("input", { type: "datetime-local", step: 1, "aria-label": "Go to a time" });
  const back = el("button", { type: "button", textContent: "Earlier" });
  const ahead = el("button", { type: "button", textContent: "Later" });
  const latest = el("button", { type: "button", textContent: "Latest" });
  const play = el("button", { type: "button", className: "play", textContent: "Play" });
  const speed = el("select", { "aria-label": "Speed" }, SPEEDS.map((times) => el("option", { value: times, textContent: `${times}x` })));
  const find = el("input", { type: "search", placeholder: "Find cameras", "aria-label": "Find cameras" });
  const clock = el("output", { className: "clock" });
  const noted = el("p", { className: "nothing", role: "status" });
  const pictures = moments(jump);
  const table = rows({ scrub, toggle });
  const exporting = exporter(state);
  element.append(el("article", { className: "timeline" },
    el("h1", { className: "unseen", textContent: "Timeline" }),
    el("div", { className: "filter" }, play, speed, clock, el("label", {}, "Go to", when), back, length, ahead, latest, find),
    pictures.box, noted, table.box, exporting.box));

  /** The stretch ends with the newest segment, or lies around the moment. */
  function stretch(newest) {
    if (state.follows && newest) {
      state.end = newest;
      if (!state.plays) {
        state.at = newest;
      }
    }
    if (!state.end || state.at < state.end - state.span || state.at > state.end) {
      state.end = Math.min(state.at + state.span / 2, Math.max(newest, state.at));
    }
    return { from: Math.max(0, Math.round(state.end - state.span)), to: Math.round(state.end) };
  }

  async function refresh() {
    try {
      const overview = held ?? await ask("/api/archive?parts=1");
      if (closed) {
        return;
      }
      if (!overview.known.length) {
        say(noted, "Nothing is archived yet. Segments come when a clip ends; the archiving job writes them.");
        noted.hidden = false;
        return;
      }
      const { from, to } = stretch(overview.newestMillis);
      const wanted = overview.known.filter((id) => id.toLowerCase().includes(find.value.toLowerCase()));
      let query = "";
      for (const id of wanted.slice(0, 64)) {
        const more = `&camera=${encodeURIComponent(id)}`;
        query += query.length + more.length < MOST_QUERY ? more : "";
      }
      const [answer, events] = await Promise.all([
        ask(`/api/archive?from=${from}&to=${Math.max(to, from + 1)}&parts=${table.parts()}${query || "&camera="}`),
        ask(`/api/events?from=${from}&to=${to}&limit=500`),
      ]);
      if (closed) {
        return;
      }
      held = answer;
      if (!state.shown.length && answer.known.length) {
        state.shown = answer.known.slice(0, 1);
      }
      say(noted, notes(answer, from));
      noted.hidden = !noted.textContent;
      table.fill(answer, events.events, state);
      show();
    } catch (error) {
      say(noted, error.message);
      noted.hidden = false;
    }
  }

  function notes(answer, from) {
    return from < answer.forgottenToMillis
      ? `What was captured before ${time(answer.forgottenToMillis)} is not held here: page.timeline-max-bytes. nolook replay shows all of it.`
      : "";
  }

  function show() {
    pictures.show(state.shown, state.at);
    table.moment(state.at);
    say(clock, state.at ? stamp(state.at) : "");
    exporting.moment(state.at, state.shown);
    remember();
  }

  let remembering = 0;
  /** The address says where one is, once one stays there: browsers allow few changes of it. */
  function remember() {
    clearTimeout(remembering);
    remembering = setTimeout(() => history.replaceState(null, "", `#/timeline/${encodeURIComponent(state.shown[0] ?? "")}${state.follows ? "" : `/${Math.round(state.at)}`}`), 500);
  }

  function scrub(at) {
    state.at = at;
    state.follows = false;
    show();
  }

  /** Goes to a moment, and brings it into the stretch. */
  function jump(at) {
    state.at = at;
    state.follows = false;
    if (at < state.end - state.span || at > state.end) {
      state.end = at + state.span / 2;
      refresh();
    }
    show();
  }

  function toggle(id) {
    state.shown = state.shown.includes(id) ? state.shown.filter((each) => each !== id) : [...state.shown, id].slice(-MOST_PICTURES);
    if (held) {
      table.chosen(state.shown);
    }
    show();
  }

  let beat = performance.now();
  const playing = setInterval(() => {
    const passed = performance.now() - beat;
    beat = performance.now();
    if (state.plays) {
      const next = state.at + passed * state.speed;
      const hole = pictures.hole();
      if (held && next > held.newestMillis) {
        halt();
      } else {
        jump(hole > state.at ? hole : next);
      }
    }
  }, 100);
  const refreshing = setInterval(() => {
    if (state.follows || !held || state.end > held.newestMillis - state.span) {
      refresh();
    }
  }, REFRESH_MILLIS);

  function halt() {
    state.plays = false;
    play.textContent = "Play";
  }

  play.addEventListener("click", () => {
    if (state.plays) {
      halt();
    } else {
      state.plays = true;
      state.follows = false;
      play.textContent = "Pause";
    }
  });
  speed.addEventListener("change", () => { state.speed = Number(speed.value); });
  length.addEventListener("change", () => {
    state.span = Number(length.value);
    state.end = state.follows ? state.end : state.at + state.span / 2;
    refresh();
  });
  when.addEventListener("change", () => {
    const at = new Date(when.value).getTime();
    if (at) {
      state.end = 0;
      jump(at);
      refresh();
    }
  });
  back.addEventListener("click", () => move(-1));
  ahead.addEventListener("click", () => move(1));
  latest.addEventListener("click", () => {
    halt();
    state.follows = true;
    refresh();
  });
  find.addEventListener("input", refresh);
  table.box.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.getAttribute("role") === "slider") {
      event.preventDefault();
      play.click();
    }
  });

  function move(direction) {
    state.end += direction * state.span / 2;
    state.at = state.end - state.span / 2;
    state.follows = false;
    refresh();
  }

  refresh();
  return () => {
    closed = true;
    clearInterval(playing);
    clearInterval(refreshing);
    clearTimeout(remembering);
    pictures.close();
    table.close();
  };
}

/** Date and time of a moment. */
function stamp(millis) {
  const date = new Date(millis);
  return `${date.toLocaleDateString()} ${date.toLocaleTimeString(undefined, { hour12: false })}`;
}

/** A stretch as a file: begins and ends are taken from the moment. */
function exporter(state) {
  const begin = el("button", { type: "button", textContent: "Mark the beginning" });
  const end = el("button", { type: "button", textContent: "Mark the end" });
  const said = el("span", { className: "count", textContent: "Mark a beginning and an end to export what lies between." });
  const video = el("a", { className: "button", textContent: "Video", hidden: true, download: "" });
  const tokens = el("a", { className: "button", textContent: "Tokens", hidden: true, download: "" });
  const box = el("div", { className: "filter exports", role: "group", "aria-label": "Export" }, begin, end, video, tokens, said);
  let from = 0;
  let to = 0;
  const tell = () => {
    const camera = state.shown[0];
    const ready = from && to > from && camera;
    for (const [link, kind] of [[video, "mp4"], [tokens, "avro"]]) {
      link.hidden = !ready;
      if (ready) {
        link.href = `/api/archive/${encodeURIComponent(camera)}/export.${kind}?from=${Math.round(from)}&to=${Math.round(to)}`;
      }
    }
    if (from || to) {
      say(said, ready ? `${camera}, ${stamp(from)}, ${span(to - from)}` : `from ${from ? stamp(from) : "-"} to ${to ? stamp(to) : "-"}`);
    }
  };
  begin.addEventListener("click", () => { from = state.at; tell(); });
  end.addEventListener("click", () => { to = state.at; tell(); });
  return { box, moment: tell };
}
