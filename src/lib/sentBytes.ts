/** Something that a page or worker of this studio sent to a host. */
export interface Sent {
  /** Name of the host, as the page's server lists it. */
  host: string;
  /** Of the request's body. */
  sizeBytes: number;
}

const CHANNEL = "signet-sent";

/**
 * `fetch` of a host, told to every page of the studio, so that what left the device is counted
 * wherever it was sent from.
 *
 * @param url below `path` of a `ServedHost`
 */
export function fetchFromHost(
  url: string,
  init: Omit<RequestInit, "body"> & { body?: string | null } = {},
): Promise<Response> {
  const [, host = "unknown"] = /\/hosts\/([^/]+)\//.exec(url) ?? [];
  const sizeBytes = new TextEncoder().encode(init.body ?? "").length;
  if (sizeBytes > 0) tell({ host, sizeBytes });
  return fetch(url, init);
}

function tell(sent: Sent): void {
  const channel = new BroadcastChannel(CHANNEL);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin
  channel.postMessage(sent);
  channel.close();
}

/** @returns ends the listening */
export function onSent(listener: (sent: Sent) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", ({ data }: MessageEvent<Sent>) => listener(data));
  return () => channel.close();
}
