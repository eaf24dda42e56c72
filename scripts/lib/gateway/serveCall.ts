import type { IncomingMessage, ServerResponse } from "node:http";
import type { Hex } from "viem";
import { mostOf } from "@/permission/metering.ts";
import { readModelCall, UnmeterableCall, type ModelCall } from "@/permission/openaiCall.ts";
import { signReceipt, textHash } from "@/permission/receipt.ts";
import { Refusal } from "@/permission/refusal.ts";
import { verifyVoucher } from "@/permission/verify.ts";
import type { Desk } from "./desk.ts";
import { domainOf, type GatewayOptions, type Known } from "./gatewayOptions.ts";
import { headerOf, HttpError, parseJson, readBody } from "./http.ts";
import { permissionOf } from "./permissionOf.ts";
import { relay, upstreamBody } from "./relay.ts";

/** Serves one paid call. @throws Refusal, HttpError */
export async function serveCall(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  kind: "chat" | "completion",
  options: GatewayOptions,
  known: Known,
): Promise<void> {
  const { desk, terms } = options;
  const limits = { maxBytes: options.maxBodyBytes, timeoutMs: options.bodyTimeoutMs };
  const body = parseJson(await readBody(request, limits));
  const permission = await permissionOf(request, options);
  const call = meterable(kind, body, terms.maxOutputTokens);
  const maxOutputTokens = call.maxOutputTokens ?? terms.maxOutputTokens;
  const most = mostOf(terms.price, { ...call, maxOutputTokens });
  const { licence } = permission.message;
  try {
    // What is wrong with the permission is said before anything about the voucher.
    await desk.account(permission);
    const voucher = await verifyVoucher(headerOf(request, "x-oml-voucher"), permission);
    const inputHash = textHash(call.inputText);
    const admitted = await desk.admit(permission, voucher, inputHash, most);
    const members = { ...Object(body) };
    if (options.upstreamModel !== null) members.model = options.upstreamModel;
    const onward = upstreamBody(members, call, terms.maxOutputTokens, terms.price);
    await relayOrFail(admitted, call, onward, response, pathname, options);
  } catch (error) {
    if (error instanceof Refusal && error.status !== 503) {
      // What cannot be told now is left out; the refusal stands.
      const account = await desk.account(permission).catch(() => null);
      known.state = account === null ? null : desk.stateOf(licence, account.channel, most);
    }
    throw error;
  }
}

async function relayOrFail(
  admitted: Awaited<ReturnType<Desk["admit"]>>,
  call: ModelCall,
  body: Record<string, unknown>,
  response: ServerResponse,
  pathname: string,
  options: GatewayOptions,
): Promise<void> {
  const { terms, hostKey, upstream, upstreamHeaders } = options;
  let isDelivered = false;
  const watched = {
    ...admitted,
    deliver: (cost: bigint, receipt: string | null) => {
      admitted.deliver(cost, receipt);
      isDelivered = true;
    },
  };
  try {
    await relay(watched, call, body, response, {
      url: `${upstream}${pathname.slice("/v1".length)}`,
      headers: upstreamHeaders,
      price: terms.price,
      upstreamTimeoutMs: options.upstreamTimeoutMs,
      maxAnswerBytes: options.maxAnswerBytes,
      signReceipt: ({ licence, number, inputHash }, outputHash: Hex) => {
        const time = BigInt(Math.floor(options.nowSeconds()));
        const { model } = terms;
        const receipt = { model, licence, callIndex: number, inputHash, outputHash, time };
        return signReceipt(receipt, domainOf(terms), hostKey);
      },
    });
  } catch (error) {
    if (!isDelivered) admitted.fail();
    throw error;
  }
}

function meterable(kind: "chat" | "completion", body: unknown, limit: number): ModelCall {
  try {
    const call = readModelCall(kind, body);
    if ((call.maxOutputTokens ?? 0) <= limit) return call;
    throw new UnmeterableCall(`max_tokens may be ${limit} here.`);
  } catch (error) {
    if (!(error instanceof UnmeterableCall)) throw error;
    throw new HttpError(400, "cannot-meter", error.message);
  }
}
