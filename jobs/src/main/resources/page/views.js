// The views of the page. One more is one more line, and a module with mount(element, parameters) that returns
// what takes it down again. Its address is #/PATH/PARAMETER.
export const views = [
  { path: "", name: "Cameras", module: "./grid.js" },
  { path: "camera", module: "./camera.js" },
  { path: "timeline", name: "Timeline", module: "./timeline.js" },
  { path: "events", name: "Events", module: "./events.js" },
];
