// What the server tells: one stream of changes for all views, and JSON when it is asked.

const LOST_MILLIS = 15_000;
const watchers = new Set();

/** What is known: cameras by id, the page itself, and whether the server is there. */
export const known = { cameras: new Map(), page: null, lostSince: 0, begun: false };

let ahead = 0;
let heardAt = 0;

/** The server's clock, milliseconds since 1970. */
export function now() {
  return Date.now() + ahead;
}

/** The address of a camera, below which is all of it. */
export function address(id) {
  return `/api/cameras/${encodeURIComponent(id)}`;
}

/** Calls back with each change {cameras, gone, actions}; returns what ends that. */
export function watch(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** JSON of the server; throws an error with its reason. */
export async function ask(path, options = {}) {
  const response = await fetch(path, { cache: "no-store", ...options });
  if (response.status === 401) {
    location.assign("/login");
  }
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.error ?? `found status ${response.status}`);
  }
  return answer;
}

function take(event) {
  const { page, cameras, gone, actions } = JSON.parse(event.data);
  heardAt = Date.now();
  ahead = page.nowMillis - heardAt;
  known.page = page;
  known.lostSince = 0;
  known.begun = true;
  cameras.forEach((camera) => known.cameras.set(camera.id, camera));
  gone.forEach((id) => known.cameras.delete(id));
  tell({ cameras, gone, actions });
}

function tell(change) {
  watchers.forEach((watcher) => watcher(change));
}

/** Follows the stream for as long as the page is open; an ended one is begun again. */
export function follow() {
  let source;
  const open = () => {
    source?.close();
    source = new EventSource("/api/live");
    let first = true;
    source.addEventListener("live", (event) => {
      if (first) {
        first = false;
        const told = new Set(JSON.parse(event.data).cameras.map((camera) => camera.id));
        const gone = [...known.cameras.keys()].filter((id) => !told.has(id));
        gone.forEach((id) => known.cameras.delete(id));
        tell({ cameras: [], gone, actions: [] });
      }
      take(event);
    });
    source.addEventListener("full", (event) => lost(event.data));
    source.addEventListener("error", () => {
      lost("the page's server does not answer");
      if (source.readyState === EventSource.CLOSED) { // as after 401
        ask("/api/cameras").catch(() => {});
      }
    });
  };
  open();
  setInterval(() => {
    const silent = Date.now() - heardAt > LOST_MILLIS;
    if (silent) {
      lost("the page's server does not answer");
      open();
    }
  }, LOST_MILLIS / 3);
}

function lost(reason) {
  known.lostSince ||= Date.now();
  known.lostReason = reason;
  tell({ cameras: [], gone: [], actions: [] });
}
