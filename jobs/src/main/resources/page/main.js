// Begins the page: its views by address, and what is said above them.
import { follow, known, watch } from "./api.js";
import { el, say } from "./dom.js";
import { views } from "./views.js";
import { time } from "./words.js";

const view = document.getElementById("view");
const nav = document.getElementById("nav");
const state = document.getElementById("state");
const banner = document.getElementById("banner");
let takeDown = () => {};
let visit = 0;

const links = views.filter((each) => each.name).map((each) => {
  const link = el("a", { href: `#/${each.path}`, textContent: each.name });
  nav.append(link);
  return { path: each.path, link };
});

async function show() {
  const [path = "", ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  const parameters = rest.map(decodeURIComponent);
  const found = views.find((each) => each.path === path) ?? views[0];
  const mine = ++visit;
  takeDown(); // at once: what it still asks for would stand before the next view
  takeDown = () => {};
  const module = await import(found.module);
  if (mine !== visit) {
    return;
  }
  view.replaceChildren();
  takeDown = module.mount(view, parameters) ?? (() => {});
  for (const { path: linked, link } of links) {
    if (linked === found.path) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  document.title = parameters.length ? `${parameters[0]} - nolook` : "nolook";
  view.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function above() {
  const { page, lostSince } = known;
  let trouble = "";
  if (lostSince) {
    trouble = `Not live: ${known.lostReason}, since ${time(lostSince)}.`;
  } else if (page?.brokerAwaySinceMillis) {
    trouble = `Not live: ${page.failed ? "the page cannot read" : "the broker has not been reachable"} since ${time(page.brokerAwaySinceMillis)}.`;
  } else if (page?.recordsNotShown) {
    trouble = "Some cameras are not shown: there are more than page.max-cameras.";
  }
  say(banner, trouble);
  banner.hidden = !trouble;
  document.body.classList.toggle("stale", Boolean(lostSince || page?.brokerAwaySinceMillis));
  const cameras = [...known.cameras.values()];
  const offline = cameras.filter((camera) => camera.health === "offline").length;
  say(state, known.begun ? `${cameras.length} cameras${offline ? `, ${offline} offline` : ""}` : "connecting");
}

const before = new Map();
/** Tells screen readers of cameras that went or came back, and of nothing else. */
function tellOf(change) {
  const words = [];
  for (const { id, health } of change.cameras) {
    const was = before.get(id);
    if (was && was !== health && (was === "offline" || health === "offline")) {
      words.push(health === "offline" ? `${id} is offline` : `${id} is back`);
    }
    before.set(id, health);
  }
  if (words.length) {
    say(document.getElementById("said"), words.slice(0, 3).join(", "));
  }
}

watch((change) => {
  above();
  tellOf(change);
});
addEventListener("hashchange", show);
follow();
above();
show().then(() => views.forEach((each) => import(each.module))); // there when they are wanted
