import { queryOptions } from "@tanstack/react-query";
import { fetchHosts } from "@/lib/hosts.ts";

/** Hosts that the page's server passes calls to. */
export const hostsQuery = queryOptions({
  queryKey: ["hosts"],
  queryFn: () => fetchHosts(),
});
