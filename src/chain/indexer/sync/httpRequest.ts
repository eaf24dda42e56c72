import { throwIfAborted } from "@/lib/errors.ts";
import { IndexerError } from "./indexerError.ts";
import type { Request } from "./node.ts";

const TIMEOUT_MS = 20_000;

/** Asks a node over HTTP, one question at a time. */
export function httpRequest(url: string): Request {
  let id = 0;
  return async (method, params, signal) => {
    throwIfAborted(signal);
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    let answer: Response;
    try {
      answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
    } catch (cause) {
      throwIfAborted(signal);
      // What takes too long may be answered when less is asked for.
      if (timeout.aborted) throw refused("It took too long.", cause);
      throw new IndexerError("NODE_UNREACHABLE", "The chain's node cannot be reached.", { cause });
    }
    if (answer.status === 502 || answer.status === 503 || answer.status === 404) {
      throw new IndexerError("NODE_UNREACHABLE", "The chain's node does not answer.", {
        details: `status ${answer.status}`,
      });
    }
    const body: unknown = await answer.json().catch((cause: unknown) => {
      throw refused(`status ${answer.status}`, cause);
    });
    const error: unknown = Reflect.get(Object(body), "error");
    if (error !== undefined && error !== null) {
      throw refused(String(Reflect.get(Object(error), "message")).slice(0, 200), error);
    }
    return Reflect.get(Object(body), "result") as unknown;
  };
}

function refused(details: string, cause: unknown): IndexerError {
  return new IndexerError("NODE_REFUSED", "The node refused a question.", { details, cause });
}
