import type { IncomingMessage } from "node:http";
import { policyHash } from "@/permission/terms.ts";
import type { Token } from "@/permission/token.ts";
import { verifyPermission } from "@/permission/verify.ts";
import { domainOf, type GatewayOptions } from "./gatewayOptions.ts";
import { headerOf } from "./http.ts";

/** The permission that a request carries. @throws Refusal as verifyPermission */
export function permissionOf(
  request: IncomingMessage,
  options: GatewayOptions,
): Promise<Token<"Permission">> {
  const { terms, reader, nowSeconds } = options;
  const bearer = /^Bearer\s+(\S+)$/i.exec(headerOf(request, "authorization") ?? "")?.[1];
  const text = headerOf(request, "x-oml-permission") ?? bearer ?? null;
  return verifyPermission(text, {
    ...domainOf(terms),
    host: terms.host,
    nowSeconds: nowSeconds(),
    verified: options.verified,
    policyHash: policyHash(terms),
    isValidSignature: (signer, digest, signature) =>
      reader.isValidSignature(signer, digest, signature),
  });
}
