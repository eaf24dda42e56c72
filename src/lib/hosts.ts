import * as v from "valibot";

const hostsSchema = v.object({
  format: v.literal("signet-hosts"),
  version: v.literal(1),
  hosts: v.array(
    v.object({
      name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,31}$/)),
      url: v.pipe(v.string(), v.url()),
    }),
  ),
});

/** A server that answers calls of OpenAI's API, which the page reaches through its own. */
export interface ServedHost {
  readonly name: string;
  /** The host's own base URL, without /v1; for other clients and for the hash of a host's address. */
  readonly url: string;
  /** The same server below the page's own origin: `${path}/v1/chat/completions` and the like. */
  readonly path: string;
}

/**
 * Asks the page's own server which hosts the page may call: those of `npm start -- --api NAME=URL`, and
 * the local chain's own. For pages and workers; the policy of the page allows no other origin.
 *
 * @param base address that the page is served below, with a slash at its end
 * @returns none where the page's server knows of none, which is the common case on public hosts
 */
export async function fetchHosts(
  base: string = import.meta.env.BASE_URL,
): Promise<readonly ServedHost[]> {
  let answer: Response;
  try {
    answer = await fetch(`${base}hosts.json`, {
      cache: "no-store",
      headers: { accept: "application/json" },
    });
  } catch {
    return [];
  }
  // Hosts that answer everything with their page have no list either.
  if (!answer.ok || answer.headers.get("content-type")?.includes("json") !== true) return [];
  const parsed = v.safeParse(hostsSchema, await answer.json().catch(() => null));
  if (!parsed.success) return [];
  return parsed.output.hosts.map((host) => ({ ...host, path: `${base}hosts/${host.name}` }));
}
