// Why a clip begins, as people read it.
const REASONS = {
  FIRST_FRAME: "the camera's first frame",
  GAP: "frames are missing",
  EPOCH: "the camera began anew",
  EPOCH_RESET: "the camera's numbers began anew",
  MODEL: "another model makes the tokens",
  REQUEST: "somebody asked for a keyframe",
  INTERVAL: "the clip before was long enough",
  SIZE: "the pictures changed their size",
  FAILED_FRAME: "a frame failed",
  SKIP: "the job left out stale frames",
};

/** What a reason's name says; one that is new here is told by its name. */
export function why(name) {
  return REASONS[name] ?? name;
}
