import { RpcError } from "./errors.ts";
import { FRAME_VERSION, isFrame } from "./frames.ts";
import type { Endpoint, Frame, ProtocolShape } from "./frames.ts";
import { fromWire } from "./wire.ts";

export interface CallOptions<Event> {
  /** Aborting asks the worker to stop; the call then rejects with an AbortError. */
  signal?: AbortSignal | undefined;
  onEvent?: ((event: Event) => void) | undefined;
  transfer?: Transferable[] | undefined;
}

/** The page's end of a protocol. */
export interface Client<P extends ProtocolShape<P>> {
  /** Rejects with `RemoteError`, `RpcError`, or an AbortError when the signal was aborted. */
  call<M extends keyof P & string>(
    method: M,
    params: P[M]["params"],
    options?: CallOptions<P[M]["event"]>,
  ): Promise<P[M]["result"]>;
  /** Stops the worker for good; pending calls reject with WORKER_CLOSED. */
  terminate(): void;
  /** True once the worker has crashed or was terminated; make a new one then. */
  readonly closed: boolean;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  onEvent: ((event: unknown) => void) | undefined;
  release(): void;
}

/**
 * Speaks the protocol with a worker or port that runs `serve`.
 *
 * A worker that fails to load, throws outside a call or sends something unreadable is taken as
 * crashed: every pending call rejects with WORKER_CRASHED and so does every later one.
 */
export function connect<P extends ProtocolShape<P>>(worker: Endpoint): Client<P> {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let fatal: RpcError | null = null;
  const post = (frame: Frame, transfer: Transferable[] = []) => worker.postMessage(frame, transfer);

  const fail = (error: RpcError): void => {
    if (fatal !== null) return;
    fatal = error;
    for (const call of pending.values()) {
      call.release();
      call.reject(error);
    }
    pending.clear();
    worker.terminate?.();
    if (worker.terminate === undefined) worker.close?.();
  };

  worker.addEventListener("message", (event) => {
    const frame: unknown = event instanceof MessageEvent ? event.data : null;
    if (!isFrame(frame)) return;
    const call = pending.get(frame.id);
    if (call === undefined) return;
    if (frame.t === "events") {
      deliver(frame.events, call.onEvent);
      // A macrotask later, so that a page that is busy with what it was told delays its answer.
      setTimeout(() => {
        if (fatal === null) post({ v: FRAME_VERSION, t: "ack", id: frame.id, batches: 1 });
      }, 0);
      return;
    }
    if (frame.t !== "result" && frame.t !== "error") return;
    pending.delete(frame.id);
    call.release();
    if (frame.t === "result") call.resolve(frame.value);
    else call.reject(fromWire(frame.error));
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    fail(new RpcError("WORKER_CRASHED", "The worker stopped unexpectedly.", crashDetails(event)));
  });
  worker.addEventListener("messageerror", () => {
    fail(new RpcError("WORKER_CRASHED", "A message from the worker could not be read."));
  });
  worker.start?.();

  return {
    get closed() {
      return fatal !== null;
    },
    terminate() {
      fail(new RpcError("WORKER_CLOSED", "The task was ended."));
    },
    call(method, params, options = {}) {
      const { signal, onEvent, transfer } = options;
      return new Promise((resolve, reject) => {
        if (fatal !== null) return reject(fatal);
        if (signal?.aborted) return reject(abortError());
        const id = nextId++;
        const onAbort = () => post({ v: FRAME_VERSION, t: "abort", id });
        pending.set(id, {
          resolve,
          reject,
          // The frame's events were emitted under this method's type on the other side.
          onEvent: onEvent === undefined ? undefined : (event) => onEvent(event),
          release: () => signal?.removeEventListener("abort", onAbort),
        });
        try {
          post({ v: FRAME_VERSION, t: "request", id, method, params }, transfer);
        } catch (cause) {
          pending.delete(id);
          return reject(
            new RpcError("NOT_CLONEABLE", "The parameters could not be sent.", { cause }),
          );
        }
        signal?.addEventListener("abort", onAbort, { once: true });
      });
    },
  };
}

function deliver(events: readonly unknown[], onEvent: Pending["onEvent"]): void {
  if (onEvent === undefined) return;
  for (const event of events) {
    try {
      onEvent(event);
    } catch (error) {
      // A faulty listener must not take the channel down; the page's own handler reports it.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

function abortError(): DOMException {
  return new DOMException("The operation was cancelled.", "AbortError");
}

function crashDetails(event: Event): { details: string } {
  const message = "message" in event && typeof event.message === "string" ? event.message : "";
  return { details: message || "The worker's script could not be loaded or ran out of memory." };
}
