import { throwIfAborted } from "@/lib/errors.ts";
import { invariant } from "@/lib/invariant.ts";
import type { CompiledPlan } from "./compiledPlan.ts";
import type { Dispatch } from "./dispatches.ts";
import { encodePass } from "./dispatches.ts";
import type { GpuContext } from "./gpuContext.ts";

/** What one submit aims at; two may be on their way, so that the device does not idle. */
const SUBMIT_MS = 40;
const MOST_IN_FLIGHT = 2;
/** Milliseconds that a dispatch takes besides its operations. */
const DISPATCH_OVERHEAD_MS = 0.05;
/** Submits never hold more than this, whatever their estimated cost. */
const MOST_DISPATCHES = 256;

/**
 * Runs all dispatches, cut into submits of about 40 ms by the speed seen so far.
 *
 * @throws AbortError at once when the signal is aborted (at most two submits then still run out),
 *   the device's failure when it is lost or a command is rejected.
 */
export async function runPlan(
  context: GpuContext,
  compiled: CompiledPlan,
  signal?: AbortSignal,
): Promise<void> {
  throwIfAborted(signal);
  context.check();
  const aborted = whenAborted(signal);
  let next = 0;
  let lastDone = performance.now();
  const inFlight: Promise<void>[] = [];
  try {
    while (next < compiled.dispatches.length) {
      invariant(!compiled.released, "a plan is not released while it runs");
      const group = takeGroup(compiled.dispatches, next, compiled.flopsPerMs);
      next += group.length;
      const submittedAt = performance.now();
      inFlight.push(
        submit(context, group).then(() => {
          const now = performance.now();
          adapt(compiled, group, now - Math.max(submittedAt, lastDone));
          lastDone = now;
        }),
      );
      // The last ones are waited for as well, so that a failure is this run's.
      const most = next < compiled.dispatches.length ? MOST_IN_FLIGHT - 1 : 0;
      while (inFlight.length > most) {
        await Promise.race([context.race(inFlight[0]), aborted.promise]);
        void inFlight.shift();
      }
    }
    context.check();
  } finally {
    aborted.stop();
    // After an abort nobody waits for these.
    for (const promise of inFlight) promise.catch(() => undefined);
  }
}

function takeGroup(dispatches: readonly Dispatch[], first: number, flopsPerMs: number): Dispatch[] {
  const group: Dispatch[] = [];
  let ms = 0;
  for (let i = first; i < dispatches.length && group.length < MOST_DISPATCHES; i++) {
    const cost = dispatches[i].cost / flopsPerMs + DISPATCH_OVERHEAD_MS;
    if (group.length > 0 && ms + cost > SUBMIT_MS) break;
    group.push(dispatches[i]);
    ms += cost;
  }
  return group;
}

async function submit(context: GpuContext, group: readonly Dispatch[]): Promise<void> {
  const encoder = context.gpu.createCommandEncoder();
  encodePass(encoder, group);
  context.gpu.queue.submit([encoder.finish()]);
  await context.gpu.queue.onSubmittedWorkDone();
}

/** Moves the plan's speed towards what a group showed, by a factor of 2 at most. */
function adapt(compiled: CompiledPlan, group: readonly Dispatch[], elapsedMs: number): void {
  const cost = group.reduce((sum, dispatch) => sum + dispatch.cost, 0);
  const busyMs = Math.max(0.1, elapsedMs - group.length * DISPATCH_OVERHEAD_MS);
  const seen = cost / busyMs;
  const before = compiled.flopsPerMs;
  compiled.flopsPerMs = Math.min(before * 2, Math.max(before / 2, Math.sqrt(before * seen)));
}

/** A promise that rejects with the signal's AbortError. */
function whenAborted(signal: AbortSignal | undefined): { promise: Promise<never>; stop(): void } {
  let onAbort = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(new DOMException("The operation was cancelled.", "AbortError"));
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  promise.catch(() => undefined);
  return { promise, stop: () => signal?.removeEventListener("abort", onAbort) };
}
