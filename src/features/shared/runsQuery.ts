import { queryOptions } from "@tanstack/react-query";
import { filesClient } from "./clients.ts";

/** Stored runs, the latest first. The only place where their key is written. */
export const runsQuery = queryOptions({
  queryKey: ["runs"],
  queryFn: ({ signal }) => filesClient().call("listRuns", {}, { signal }),
});
