// @ts-check

/** An answer of the node that is an error, with the node's own words. */
export class RpcError extends Error {
  /** @param {string} method @param {number} code @param {string} message */
  constructor(method, code, message) {
    super(`${method}: ${message}`);
    this.name = "RpcError";
    this.code = code;
  }
}

/**
 * One JSON-RPC call. The calls that start and watch a node use this, so that they need no library.
 *
 * @template [T=unknown] what the caller knows the answer to be
 * @param {string} url
 * @param {string} method
 * @param {readonly unknown[]} [params]
 * @param {{ timeoutMs?: number }} [options]
 * @returns {Promise<T>}
 */
export async function rpc(url, method, params = [], { timeoutMs = 10_000 } = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const answer = await response.json();
  if (answer.error !== undefined) {
    throw new RpcError(method, answer.error.code, answer.error.message);
  }
  return answer.result;
}
