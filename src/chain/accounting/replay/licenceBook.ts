import type { Address, Hex } from "viem";
import { AppError } from "@/lib/errors.ts";
import { UNLIMITED, type LicenceFacts, type LicencePort } from "../channel.ts";
import type { Splitter } from "../splitter.ts";

/** Money of a purchase that can still be returned. */
interface Escrow {
  token: Address;
  amount: bigint;
  /** Unix seconds from which it belongs to the model. */
  until: bigint;
}

export interface BookedLicence {
  id: bigint;
  model: bigint;
  holder: Address;
  expires: bigint;
  quota: bigint;
  hostPpm: bigint;
  termsHash: Hex;
  escrow: Escrow | null;
}

/** Thrown where the licence token would revert. */
export class LicenceRefusal extends AppError {
  constructor(code: string) {
    super(code, `The licence token would refuse this with ${code}.`, "Read the licence again.");
  }
}

/** As much of the licence token as purchases, returns and channels need. */
export class LicenceBook implements LicencePort {
  readonly #licences = new Map<bigint, BookedLicence>();
  readonly #splitter: Splitter;
  readonly #module: Address;

  constructor(splitter: Splitter, module: Address) {
    this.#splitter = splitter;
    this.#module = module;
  }

  add(licence: BookedLicence): void {
    this.#licences.set(licence.id, licence);
  }

  get(id: bigint): BookedLicence {
    const licence = this.#licences.get(id);
    if (!licence) throw new LicenceRefusal("UnknownLicence");
    return licence;
  }

  /** Those in whose purchase money still waits. */
  get returnable(): BookedLicence[] {
    return [...this.#licences.values()].filter(({ escrow }) => escrow !== null);
  }

  releaseEscrow(id: bigint, now: bigint): void {
    const licence = this.get(id);
    if (!licence.escrow) throw new LicenceRefusal("RefundClosed");
    if (now < licence.escrow.until) throw new LicenceRefusal("RefundOpen");
    this.#release(licence);
  }

  refund(id: bigint, now: bigint): void {
    const { escrow, holder } = this.get(id);
    if (!escrow || now >= escrow.until) throw new LicenceRefusal("RefundClosed");
    this.#splitter.credit(this.#module, holder, escrow.token, escrow.amount);
    this.#licences.delete(id);
  }

  facts(id: bigint): LicenceFacts {
    return this.get(id);
  }

  lock(id: bigint, calls: bigint): void {
    const licence = this.get(id);
    if (licence.quota !== UNLIMITED) licence.quota -= calls;
    if (licence.escrow) this.#release(licence);
  }

  unlock(id: bigint, unusedCalls: bigint): void {
    const licence = this.get(id);
    if (licence.quota !== UNLIMITED) licence.quota += unusedCalls;
  }

  #release(licence: BookedLicence): void {
    const { escrow, model } = licence;
    if (!escrow) return;
    this.#splitter.split(this.#module, model, escrow.token, escrow.amount);
    licence.escrow = null;
  }
}
