// All cameras as a wall of tiles: by group, found by name.
import { known, watch } from "./api.js";
import { el, say } from "./dom.js";
import { tile } from "./tile.js";

const ORDER = new Intl.Collator(undefined, { numeric: true });
const kept = { text: "", group: "", trouble: false };

/** Takes the place of what is in the element; returns what takes it down. */
export function mount(element) {
  const tiles = new Map();
  const search = el("input", { type: "search", placeholder: "Search", value: kept.text, "aria-label": "Search cameras" });
  const groups = el("select", { "aria-label": "Group" });
  const trouble = el("input", { type: "checkbox", checked: kept.trouble });
  const count = el("span", { className: "count", role: "status" });
  const list = el("ul", { className: "grid", "aria-label": "Cameras" });
  const nothing = el("p", { className: "nothing" });
  element.append(
    el("h1", { className: "unseen", textContent: "Cameras" }),
    el("form", { className: "filter", role: "search" }, search, groups, el("label", {}, trouble, "in trouble"), count),
    nothing,
    list,
  );
  element.querySelector("form").addEventListener("submit", (event) => event.preventDefault());

  const seen = new IntersectionObserver((entries) => {
    entries.forEach((entry) => tiles.get(entry.target.dataset.camera)?.inView(entry.isIntersecting));
  }, { rootMargin: "50px" });

  function fits(camera) {
    const text = kept.text.trim().toLowerCase();
    return (!text || camera.id.toLowerCase().includes(text) || camera.group.toLowerCase().includes(text))
      && (!kept.group || camera.group === kept.group)
      && (!kept.trouble || !["excellent", "fair"].includes(camera.health));
  }

  function arrange() {
    const cameras = [...known.cameras.values()].filter(fits)
      .sort((a, b) => ORDER.compare(a.group, b.group) || ORDER.compare(a.id, b.id));
    const wanted = [];
    let group = "";
    for (const camera of cameras) {
      if (camera.group !== group) {
        group = camera.group;
        wanted.push(heading(group));
      }
      wanted.push(boxOf(camera));
    }
    if (wanted.length !== list.children.length || wanted.some((box, i) => list.children[i] !== box)) {
      list.replaceChildren(...wanted);
    }
    say(count, cameras.length === known.cameras.size ? "" : `${cameras.length} of ${known.cameras.size}`);
    say(nothing, cameras.length ? "" : empty());
    nothing.hidden = cameras.length > 0;
    fillGroups();
  }

  const headings = new Map();
  function heading(group) {
    if (!headings.has(group)) {
      headings.set(group, el("li", { className: "group" }, el("h2", { textContent: group })));
    }
    return headings.get(group);
  }

  function boxOf(camera) {
    let found = tiles.get(camera.id);
    if (!found) {
      found = tile(camera.id);
      tiles.set(camera.id, found);
      seen.observe(found.box);
      found.update(camera);
    }
    return found.box;
  }

  function empty() {
    if (!known.begun) {
      return "Connecting.";
    }
    return known.cameras.size ? "No camera fits." : "No camera yet. One that sends a frame or a status shows up here.";
  }

  function fillGroups() {
    const names = [...new Set([...known.cameras.values()].map((camera) => camera.group))].filter(Boolean).sort(ORDER.compare);
    const options = ["", ...names];
    if (options.join("\n") !== [...groups.options].map((option) => option.value).join("\n")) {
      groups.replaceChildren(...options.map((name) => el("option", { value: name, textContent: name || "All groups" })));
      groups.value = kept.group;
    }
    groups.hidden = names.length === 0;
  }

  const filter = () => {
    Object.assign(kept, { text: search.value, group: groups.value, trouble: trouble.checked });
    arrange();
  };
  [search, groups, trouble].forEach((input) => input.addEventListener("input", filter));

  const unwatch = watch(({ cameras, gone }) => {
    cameras.forEach((camera) => tiles.get(camera.id)?.update(camera));
    gone.forEach((id) => {
      const found = tiles.get(id);
      if (found) {
        seen.unobserve(found.box);
        found.close();
        tiles.delete(id);
      }
    });
    arrange();
  });
  const ticking = setInterval(() => tiles.forEach((each) => each.tick()), 1_000);
  arrange();
  return () => {
    unwatch();
    clearInterval(ticking);
    seen.disconnect();
    tiles.forEach((each) => each.close());
  };
}
