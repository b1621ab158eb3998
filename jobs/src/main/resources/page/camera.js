// One camera: both pictures large, what it does, what went missing and what failed.
import { address, ask, known, now, watch } from "./api.js";
import { chart } from "./chart.js";
import { el, mark, say } from "./dom.js";
import { why } from "./reasons.js";
import { pair } from "./tile.js";
import { bits, label, rate, span, time } from "./words.js";

const AGAIN_MILLIS = 5_000;

/** Takes the place of what is in the element; returns what takes it down. */
export function mount(element, [id = ""]) {
  const pictures = pair(id);
  const health = el("span", { className: "health" });
  const reason = el("p", { className: "reason" });
  const facts = el("dl", { className: "facts" });
  const keyframe = el("button", { type: "button", textContent: "Ask for a keyframe", hidden: true });
  const asked = el("span", { className: "asked", role: "status" });
  const missing = el("p", { className: "nothing", hidden: true });
  const actions = table("Actions", ["what", "began", "lasted", "confidence"], "No action yet.");
  const gaps = table("Gaps", ["when", "why", "frames missing"], "No gap since this page began.");
  const letters = table("Dead letters", ["when", "code", "reason"], "No dead letter.");
  const charts = [
    chart("Frames", "frames a second", (value) => rate(value)),
    chart("Tokens", "bits a second", (value) => bits(value)),
    chart("Latency", "from capture to tokens", (value) => span(value)),
  ];
  const box = el("article", { className: "camera" },
    el("p", { className: "back" }, el("a", { href: "#/", textContent: "All cameras" })),
    el("header", {}, el("h1", { textContent: id }), health, el("span", { className: "tools" }, asked, keyframe)),
    reason,
    missing,
    el("div", { className: "columns" },
      el("div", {}, pictures.box, facts, el("div", { className: "charts" }, charts.map((each) => each.figure))),
      el("div", { className: "lists" }, actions.box, gaps.box, letters.box)));
  element.append(box);
  pictures.watch(true);

  function tell(camera) {
    mark(box, "data-health", camera.health);
    say(health, camera.health);
    say(reason, camera.reason);
    reason.hidden = !camera.reason;
    pictures.update(camera);
    keyframe.hidden = !known.page?.keyframes;
    const newest = Math.max(pictures.newest(), camera.newestMillis);
    fill(facts, [
      ["frames", camera.wantedFramesPerSecond ? `${rate(camera.framesPerSecond)} of ${rate(camera.wantedFramesPerSecond)}` : rate(camera.framesPerSecond)],
      ["newest", newest > 0 ? `${span(now() - newest)} ago` : "-"],
      ["pictures", bits(camera.bitsPerSecond)],
      ["tokens", bits(camera.tokenBitsPerSecond)],
      ["latency", camera.latencyMillis < 0 ? "-" : span(camera.latencyMillis)],
      ["source", camera.sourceWidth ? `${camera.sourceWidth} x ${camera.sourceHeight}` : "-"],
      ["group", camera.group || "-"],
      ["sender", camera.sender || "-"],
    ]);
  }

  async function refresh() {
    try {
      const detail = await ask(address(id));
      missing.hidden = true;
      tell(detail.camera);
      actions.fill(detail.actions.map((action) => [
        label(action.label),
        time(action.startMillis),
        action.state === "begun" ? "goes on" : span(action.durationMillis),
        `${Math.round(100 * action.confidence)} %`,
      ]), detail.actions.map((action) => action.state));
      gaps.fill(detail.gaps.map((gap) => [
        time(gap.atMillis),
        [why(gap.reason), gap.detail].filter(Boolean).join(": "),
        gap.missingFrom < 0 ? "-" : String(gap.missingTo - gap.missingFrom + 1),
      ]));
      letters.fill(detail.deadLetters.map((letter) => [time(letter.atMillis), letter.code, letter.reason]));
      const times = detail.history.map((rates) => rates.atMillis);
      charts[0].update(times, detail.history.map((rates) => rates.framesPerSecond));
      charts[1].update(times, detail.history.map((rates) => rates.tokenBitsPerSecond));
      charts[2].update(times, detail.history.map((rates) => (rates.latencyMillis < 0 ? null : rates.latencyMillis)));
    } catch (error) {
      say(missing, error.message);
      missing.hidden = false;
    }
  }

  keyframe.addEventListener("click", async () => {
    keyframe.disabled = true;
    say(asked, "Asking the job");
    try {
      await ask(`${address(id)}/keyframe`, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
      say(asked, "The next frame begins a clip");
    } catch (error) {
      say(asked, error.message);
    } finally {
      keyframe.disabled = false;
    }
  });

  const unwatch = watch(({ cameras }) => {
    const mine = cameras.find((camera) => camera.id === id);
    if (mine) {
      const shown = known.cameras.get(id);
      tell(shown);
      refresh();
    }
  });
  const ticking = setInterval(() => {
    const camera = known.cameras.get(id);
    if (camera) {
      tell(camera);
    }
  }, 1_000);
  const again = setInterval(refresh, AGAIN_MILLIS);
  refresh();
  return () => {
    unwatch();
    clearInterval(ticking);
    clearInterval(again);
    pictures.close();
    charts.forEach((each) => each.close());
  };
}

function fill(list, pairs) {
  if (list.children.length !== pairs.length) {
    list.replaceChildren(...pairs.map(([name]) => el("div", {}, el("dt", { textContent: name }), el("dd"))));
  }
  pairs.forEach(([, value], i) => say(list.children[i].lastChild, value));
}

/** A table that changes only where its cells do. */
function table(title, columns, none) {
  const body = el("tbody");
  const empty = el("p", { className: "none", textContent: none });
  const rows = el("table", {}, el("thead", {}, el("tr", {}, columns.map((name) => el("th", { scope: "col", textContent: name })))), body);
  const count = el("span", { className: "value" });
  const box = el("section", { className: "list" }, el("h2", {}, title, " ", count), empty, el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": title }, rows));
  rows.hidden = true;
  return {
    box,
    fill(cells, states = []) {
      while (body.children.length > cells.length) {
        body.lastChild.remove();
      }
      cells.forEach((row, r) => {
        const line = body.children[r] ?? body.appendChild(el("tr", {}, row.map(() => el("td"))));
        mark(line, "data-state", states[r] ?? "");
        row.forEach((text, c) => say(line.children[c], text));
      });
      empty.hidden = cells.length > 0;
      rows.hidden = cells.length === 0;
      say(count, cells.length ? String(cells.length) : "");
    },
  };
}
