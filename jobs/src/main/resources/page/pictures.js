// Fetches the pictures of what is in view, and only those: the server decodes nothing that nobody looks at.
import { address } from "./api.js";
import { decoded, mark, say } from "./dom.js";
import { turns } from "./turns.js";

const AT_ONCE = 4; // a browser has six connections to a server, and one of them follows the changes
const EVERY_MILLIS = 1_000;
const panes = new Set();
const queue = turns(AT_ONCE);

/** One picture of a camera that is kept fresh: kind is "original" or "decoded". */
export class Pane {
  constructor(id, kind, image, note, onPicture = () => {}) {
    Object.assign(this, { id, kind, image, note, onPicture });
    this.url = `${address(id)}/${kind}.jpg`;
    this.due = 0;
    this.etag = "";
    this.shown = "";
  }

  /** Begins to be kept fresh. */
  watch() {
    panes.add(this);
    turn();
  }

  /** Ends being kept fresh; the picture stays. */
  unwatch() {
    panes.delete(this);
  }

  /** Takes the picture away: a camera that is gone must not look alive. */
  clear(why) {
    this.etag = "";
    if (this.shown) {
      URL.revokeObjectURL(this.shown);
      this.shown = "";
      this.image.removeAttribute("src");
    }
    this.image.hidden = true;
    say(this.note, why);
  }

  async fetch() {
    const headers = this.etag ? { "If-None-Match": this.etag } : {};
    const response = await fetch(this.url, { headers, cache: "no-store" });
    const at = Number(response.headers.get("Nolook-At-Millis") ?? -1);
    if (response.status === 304) {
      this.onPicture(at);
    } else if (response.status === 204) {
      if (panes.has(this) && !this.shown) {
        this.clear(decodeURIComponent(response.headers.get("Nolook-Reason") ?? ""));
      }
    } else if (response.ok) {
      const blob = await response.blob();
      if (panes.has(this)) {
        this.etag = response.headers.get("ETag") ?? "";
        await this.show(blob);
        this.onPicture(at);
      }
    }
  }

  /** In place of the one before, once it is decoded: no flicker. */
  async show(blob) {
    const url = URL.createObjectURL(blob);
    const before = this.shown;
    this.shown = url;
    this.image.src = url;
    if (await decoded(this.image) && this.shown === url) { // else the next one comes, or it was taken away meanwhile
      this.image.hidden = false;
      say(this.note, "");
      mark(this.image, "data-number", this.etag);
    }
    if (before) {
      URL.revokeObjectURL(before);
    }
  }
}

/** Gives each its turn, the one that waits longest first. */
function turn() {
  if (document.hidden) {
    return;
  }
  const now = performance.now();
  const due = [...panes].filter((pane) => !pane.busy && pane.due <= now).sort((a, b) => a.due - b.due);
  for (const pane of due) {
    pane.busy = true;
    queue.take(() => begin(pane)).catch(() => {}).finally(() => { pane.busy = false; });
  }
}

/** Nothing, where it went out of view while it waited. */
async function begin(pane) {
  if (panes.has(pane) && !document.hidden) {
    pane.due = performance.now() + EVERY_MILLIS;
    await pane.fetch();
  }
}

setInterval(turn, 50);
