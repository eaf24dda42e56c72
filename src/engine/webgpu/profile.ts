import { throwIfAborted } from "@/lib/errors.ts";
import type { CompiledPlan } from "./compiledPlan.ts";
import type { Dispatch } from "./dispatches.ts";
import { encodePass } from "./dispatches.ts";
import type { GpuContext } from "./gpuContext.ts";
import { readBuffer } from "./readBuffer.ts";

export interface ProfileOptions {
  signal?: AbortSignal;
  /** The device's timestamps where it has them, else the host's clock less an empty round trip. */
  clock?: "device" | "host";
}

const ROUND_TRIPS = 10;
const NS_PER_MS = 1e6;

/** Runs a plan one dispatch at a time and adds up the milliseconds per instruction kind. */
export async function profilePlan(
  context: GpuContext,
  compiled: CompiledPlan,
  options: ProfileOptions = {},
): Promise<Map<string, number>> {
  const clock = options.clock ?? (context.acquired.hasTimestamps ? "device" : "host");
  const measure = clock === "device" ? deviceClock(context) : await hostClock(context);
  const msByKind = new Map<string, number>();
  try {
    for (const dispatch of compiled.dispatches) {
      throwIfAborted(options.signal);
      const ms = await measure.time(dispatch);
      msByKind.set(dispatch.kind, (msByKind.get(dispatch.kind) ?? 0) + ms);
    }
  } finally {
    measure.release();
  }
  context.check();
  return msByKind;
}

interface Clock {
  /** Milliseconds of one dispatch. */
  time(dispatch: Dispatch): Promise<number>;
  release(): void;
}

/** Timestamps around a pass of one dispatch; browsers may round them to 0.1 ms. */
function deviceClock(context: GpuContext): Clock {
  const { gpu } = context;
  const querySet = gpu.createQuerySet({ type: "timestamp", count: 2 });
  const resolved = context.allocateNow({
    label: "timestamps",
    sizeBytes: 16,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  return {
    async time(dispatch) {
      const encoder = gpu.createCommandEncoder();
      encodePass(encoder, [dispatch], {
        querySet,
        beginningOfPassWriteIndex: 0,
        endOfPassWriteIndex: 1,
      });
      encoder.resolveQuerySet(querySet, 0, 2, resolved, 0);
      gpu.queue.submit([encoder.finish()]);
      const [from, to] = new BigUint64Array(await readBuffer(context, resolved, 0, 16));
      return Math.max(0, Number(to - from) / NS_PER_MS);
    },
    release() {
      querySet.destroy();
      context.destroy(resolved);
    },
  };
}

async function hostClock(context: GpuContext): Promise<Clock> {
  const { gpu } = context;
  const run = async (dispatches: readonly Dispatch[]): Promise<number> => {
    const startedAt = performance.now();
    const encoder = gpu.createCommandEncoder();
    encodePass(encoder, dispatches);
    gpu.queue.submit([encoder.finish()]);
    await context.race(gpu.queue.onSubmittedWorkDone());
    return performance.now() - startedAt;
  };
  const empty: number[] = [];
  for (let i = 0; i < ROUND_TRIPS; i++) empty.push(await run([]));
  const emptyMs = empty.sort((a, b) => a - b)[ROUND_TRIPS / 2];
  return {
    time: async (dispatch) => Math.max(0, (await run([dispatch])) - emptyMs),
    release: () => undefined,
  };
}
