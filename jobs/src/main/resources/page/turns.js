// Turns: what is asked of the server waits, so that a browser's six connections suffice.

/** Lets so many go on at a time, in the order in which they came. */
export function turns(most) {
  const queue = [];
  let going = 0;

  function next() {
    if (going < most && queue.length) {
      going++;
      queue.shift()();
    }
  }

  return {
    /** Does the work when its turn comes; returns a promise of what it returns. */
    async take(work) {
      await new Promise((resolve) => { queue.push(resolve); next(); });
      try {
        return await work();
      } finally {
        going--;
        next();
      }
    },
  };
}
