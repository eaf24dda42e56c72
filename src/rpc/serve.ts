import { RpcError } from "./errors.ts";
import { EventQueue } from "./eventQueue.ts";
import type { CoalesceKey } from "./eventQueue.ts";
import { FRAME_VERSION, isFrame } from "./frames.ts";
import type { Endpoint, Frame, ProtocolShape } from "./frames.ts";
import { toWire } from "./wire.ts";

/** What a handler gets beside its parameters. */
export interface CallContext<Event> {
  /** Aborted when the caller gives up; long work passes it on and throws its reason. */
  signal: AbortSignal;
  /** Sends an event to the caller. Never blocks; a slow caller gets them in batches. */
  emit: (event: Event) => void;
  /** Await it between bursts: resolves once the caller has taken most of what was emitted. */
  drain: () => Promise<void>;
}

/** One function per method of the protocol. */
export type Handlers<P extends ProtocolShape<P>> = {
  [M in keyof P]: (
    params: P[M]["params"],
    context: CallContext<P[M]["event"]>,
  ) => Promise<P[M]["result"]> | P[M]["result"];
};

export interface ServeOptions {
  /** Which events are states that a newer one replaces; by default `progress` and `phase`. */
  coalesce?: CoalesceKey;
}

const transfers = new WeakMap<object, Transferable[]>();

/** Marks buffers of a result to be moved to the caller instead of copied. */
export function withTransfer<T extends object>(result: T, transfer: Transferable[]): T {
  transfers.set(result, transfer);
  return result;
}

/**
 * Answers calls of the protocol on `scope` (a worker's `self` or a MessagePort).
 *
 * Calls run concurrently; a handler's error crosses as a WireError. Returns a function that stops
 * serving and aborts what runs.
 */
export function serve<P extends ProtocolShape<P>>(
  handlers: Handlers<P>,
  scope: Endpoint,
  options: ServeOptions = {},
): () => void {
  const calls = new Map<number, { abort: AbortController; queue: EventQueue }>();
  const post = (frame: Frame, transfer: Transferable[] = []) => scope.postMessage(frame, transfer);

  const run = async (id: number, method: string, params: unknown): Promise<void> => {
    const abort = new AbortController();
    const queue = new EventQueue(
      (events) => post({ v: FRAME_VERSION, t: "events", id, events }),
      options.coalesce,
    );
    calls.set(id, { abort, queue });
    try {
      const handler = handlerOf(handlers, method);
      const value = await handler(params, {
        signal: abort.signal,
        emit: (event) => {
          if (calls.has(id)) queue.push(event);
        },
        drain: () => queue.drain(),
      });
      queue.flush();
      reply(post, id, value);
    } catch (error) {
      queue.flush();
      post({ v: FRAME_VERSION, t: "error", id, error: toWire(error) });
    } finally {
      calls.delete(id);
    }
  };

  const onMessage = (event: Event): void => {
    const frame: unknown = event instanceof MessageEvent ? event.data : null;
    if (!isFrame(frame)) return;
    if (frame.t === "request") void run(frame.id, frame.method, frame.params);
    else if (frame.t === "abort") calls.get(frame.id)?.abort.abort();
    else if (frame.t === "ack") calls.get(frame.id)?.queue.acknowledge(frame.batches);
  };
  scope.addEventListener("message", onMessage);
  scope.start?.();
  return () => {
    scope.removeEventListener("message", onMessage);
    for (const call of calls.values()) call.abort.abort();
  };
}

type AnyHandler = (params: unknown, context: CallContext<unknown>) => unknown;

function handlerOf<P extends ProtocolShape<P>>(handlers: Handlers<P>, method: string): AnyHandler {
  const found: unknown = Object.hasOwn(handlers, method) ? Reflect.get(handlers, method) : null;
  if (typeof found !== "function") {
    throw new RpcError("UNKNOWN_METHOD", `The worker has no method named ${method}.`);
  }
  return (params, context): unknown => Reflect.apply(found, handlers, [params, context]);
}

function reply(
  post: (frame: Frame, transfer?: Transferable[]) => void,
  id: number,
  value: unknown,
): void {
  const transfer = typeof value === "object" && value !== null ? transfers.get(value) : undefined;
  try {
    post({ v: FRAME_VERSION, t: "result", id, value }, transfer);
  } catch (cause) {
    throw new RpcError("NOT_CLONEABLE", "The worker's result could not be sent.", { cause });
  }
}
