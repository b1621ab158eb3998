// Lines over time, in the colours of the page; a table of the same numbers for who cannot see them.
import uPlot from "./uplot.js";
import { el } from "./dom.js";
import { time } from "./words.js";

const HEIGHT = 120;

/** A chart of one line: update it with times (milliseconds) and values. */
export function chart(title, unit, format) {
  const box = el("div", { className: "plot", "aria-hidden": "true" });
  const newest = el("span", { className: "value" });
  const figure = el("figure", { className: "chart" }, el("figcaption", {}, title, " ", newest), box);
  let plot = null;
  let last = [[], []];
  const draw = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour("--dim"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "11px system-ui" };
    plot?.destroy();
    plot = new uPlot({
      width: Math.max(200, box.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { points: { size: 6 } },
      scales: { y: { range: (u, min, max) => [0, Math.max(max * 1.15, 1)] } },
      axes: [
        { ...axis, size: 26, values: (u, ticks) => ticks.map((tick) => new Date(tick * 1000).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hour12: false })) },
        { ...axis, size: 62, values: (u, ticks) => ticks.map(format) },
      ],
      series: [{}, { stroke: colour("--accent"), width: 1.5, fill: colour("--shade"), spanGaps: false }],
    }, last, box);
  };
  const resized = new ResizeObserver(() => plot?.setSize({ width: Math.max(200, box.clientWidth), height: HEIGHT }));
  resized.observe(box);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", draw);
  return {
    figure,
    update(times, values) {
      last = [times.map((at) => at / 1000), values];
      const end = values.at(-1);
      newest.textContent = end === undefined || end === null ? "-" : format(end);
      figure.setAttribute("aria-label", values.length ? `${title}, ${unit}: ${newest.textContent} at ${time(times.at(-1))}` : title);
      if (plot) {
        plot.setData(last);
      } else {
        draw();
      }
    },
    close() {
      resized.disconnect();
      scheme.removeEventListener("change", draw);
      plot?.destroy();
    },
  };
}
