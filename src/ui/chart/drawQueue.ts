const jobs = new Map<object, () => void>();
let scheduled = false;

/**
 * Runs `draw` soon, one job a task, so that many charts that change at once never make one long
 * task. A job that is still waiting under the same key is replaced.
 */
export function queueDraw(key: object, draw: () => void): void {
  jobs.set(key, draw);
  schedule();
}

export function dropDraw(key: object): void {
  jobs.delete(key);
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setTimeout(() => {
    scheduled = false;
    const next = jobs.entries().next();
    if (next.done) return;
    const [key, draw] = next.value;
    jobs.delete(key);
    draw();
    if (jobs.size > 0) schedule();
  });
}
