import { nextVoucher, type Position } from "@/permission/nextVoucher.ts";
import { typedDataOf } from "@/permission/signature.ts";
import { encodeToken, type SigningDomain } from "@/permission/token.ts";
import type { Voucher } from "@/permission/types.ts";
import type { Holding } from "./market.ts";

/** A client of the gateway that signs a voucher for each call. */
export class Caller {
  readonly holding: Holding;
  readonly #domain: SigningDomain;

  constructor(holding: Holding, domain: SigningDomain) {
    this.holding = holding;
    this.#domain = domain;
  }

  async sign(voucher: Voucher, by = this.holding.session): Promise<string> {
    const signature = await by.signTypedData(typedDataOf("Voucher", voucher, this.#domain));
    return encodeToken("Voucher", { domain: this.#domain, message: voucher, signature });
  }

  voucher(position: Position, most: bigint, inputText: string): Promise<string> {
    const voucher = nextVoucher(this.holding.permission, position, most, inputText);
    if (voucher === null) throw new Error("The permission's caps are reached");
    return this.sign(voucher);
  }

  headers(voucher?: string): Record<string, string> {
    return {
      authorization: `Bearer ${this.holding.text}`,
      ...(voucher === undefined ? {} : { "x-oml-voucher": voucher }),
    };
  }

  /** Where the gateway says that this caller stands. */
  async position(url: string): Promise<Position> {
    const response = await fetch(`${url}/oml/v1/channel`, { headers: this.headers() });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    const state: Record<string, string> = await response.json();
    return { nextCall: BigInt(state.nextCall), committed: BigInt(state.chargedCumulativeAmount) };
  }

  chat(url: string, text: string, voucher?: string, more: object = {}): Promise<Response> {
    return fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", ...this.headers(voucher) },
      body: JSON.stringify({
        model: "demo",
        messages: [{ role: "user", content: text }],
        ...more,
      }),
    });
  }
}
