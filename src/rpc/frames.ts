import type { WireError } from "./protocols.ts";

/** Raised whenever the shape of frames changes; both sides must agree. */
export const FRAME_VERSION = 1;

/**
 * What crosses a port. `id` names the call. `events` come in batches; each batch is acknowledged, and
 * the sender keeps at most a window of batches unacknowledged.
 */
export type Frame =
  | { v: typeof FRAME_VERSION; t: "request"; id: number; method: string; params: unknown }
  | { v: typeof FRAME_VERSION; t: "abort"; id: number }
  | { v: typeof FRAME_VERSION; t: "ack"; id: number; batches: number }
  | { v: typeof FRAME_VERSION; t: "events"; id: number; events: readonly unknown[] }
  | { v: typeof FRAME_VERSION; t: "result"; id: number; value: unknown }
  | { v: typeof FRAME_VERSION; t: "error"; id: number; error: WireError };

/** True when `data` is a frame of this version. Anything else on the port is not ours. */
export function isFrame(data: unknown): data is Frame {
  return (
    typeof data === "object" &&
    data !== null &&
    "v" in data &&
    data.v === FRAME_VERSION &&
    "t" in data &&
    typeof data.t === "string" &&
    "id" in data &&
    typeof data.id === "number"
  );
}

/** The part of Worker, MessagePort and a worker's global scope that is needed here. */
export interface Endpoint {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
  /** Only ports have it. */
  start?: () => void;
  /** Only workers have it. */
  terminate?: () => void;
  /** Only ports and worker scopes have it. */
  close?: () => void;
}

/** Any protocol of protocols.ts; interfaces have no index signature, hence the mapped form. */
export type ProtocolShape<P> = {
  [M in keyof P]: { params: unknown; event: unknown; result: unknown };
};
