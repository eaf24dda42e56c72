import { queryOptions } from "@tanstack/react-query";
import type { SessionProtocol } from "@/rpc/sessionProtocol.ts";
import type { SigningDomain } from "@/permission/token.ts";
import { connect, type Client } from "@/rpc/connect.ts";

let client: Client<SessionProtocol> | null = null;

/** The worker that holds session keys. Started on first use, and anew after it crashed. */
export function sessionClient(): Client<SessionProtocol> {
  if (client === null || client.closed) {
    client = connect<SessionProtocol>(
      new Worker(new URL("../../../workers/session.worker.ts", import.meta.url), {
        type: "module",
        name: "signet-session",
      }),
    );
  }
  return client;
}

/** Sessions that this browser holds for one contract. Other tabs add to them, so they are asked again. */
export function sessionsQuery(domain: SigningDomain) {
  return queryOptions({
    queryKey: ["sessions", domain.chainId, domain.verifyingContract],
    queryFn: () => sessionClient().call("list", { domain }),
    refetchInterval: 10_000,
  });
}
