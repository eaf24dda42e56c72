import { queryOptions } from "@tanstack/react-query";
import { fetchHosts, type ServedHost } from "@/lib/hosts.ts";
import { readHostTerms } from "@/permission/hostTerms.ts";
import type { HostTerms } from "@/permission/terms.ts";

/** A host that the page can call, with what it says of itself. */
export interface ListedHost {
  readonly served: ServedHost;
  /** Null while it does not answer, or asks for no vouchers. */
  readonly terms: HostTerms | null;
  /** What it calls its model. */
  readonly model: string;
}

/** Hosts that this studio's server lists, each asked for its terms. */
export function hostsQuery() {
  return queryOptions({
    queryKey: ["hosts"],
    queryFn: async (): Promise<readonly ListedHost[]> =>
      Promise.all((await fetchHosts()).map(readHost)),
    staleTime: 10_000,
    refetchInterval: 30_000,
  });
}

async function readHost(served: ServedHost): Promise<ListedHost> {
  const [terms, models] = await Promise.all([
    jsonOrNull(`${served.path}/oml/v1/terms`),
    jsonOrNull(`${served.path}/v1/models`),
  ]);
  const list: unknown = Reflect.get(Object(models), "data");
  const first: unknown = Array.isArray(list) ? Reflect.get(Object(list[0]), "id") : null;
  return {
    served,
    terms: readHostTerms(terms),
    model: typeof first === "string" ? first.slice(0, 120) : "default",
  };
}

async function jsonOrNull(url: string): Promise<unknown> {
  try {
    const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(10_000) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
