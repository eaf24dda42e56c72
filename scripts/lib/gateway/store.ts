import { rmSync } from "node:fs";
import type { Address, Hex } from "viem";
import sqlite from "node-sqlite3-wasm";
import type { Voucher } from "@/permission/types.ts";
import { readLock, takeLock } from "../chain/lock.mjs";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS openings (
  licence TEXT NOT NULL, opened_at TEXT NOT NULL,
  base_calls TEXT NOT NULL, base_amount TEXT NOT NULL,
  closing_nonce TEXT,
  PRIMARY KEY (licence, opened_at)) STRICT;
CREATE TABLE IF NOT EXISTS calls (
  id INTEGER PRIMARY KEY,
  licence TEXT NOT NULL, opened_at TEXT NOT NULL, number TEXT NOT NULL,
  amount TEXT NOT NULL, input_hash TEXT NOT NULL, signature TEXT NOT NULL,
  cost TEXT NOT NULL, receipt TEXT, is_over INTEGER NOT NULL, is_settled INTEGER NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE (licence, opened_at, number)) STRICT;
CREATE INDEX IF NOT EXISTS unsettled ON calls (licence, opened_at, id) WHERE is_settled = 0;
`;

/** A call whose answer began to leave, with the voucher that pays for it. */
export interface CallRow {
  readonly licence: bigint;
  readonly openedAt: bigint;
  readonly voucher: Voucher;
  readonly signature: Hex;
  readonly cost: bigint;
  readonly receipt: string | null;
}

export interface Opening {
  readonly licence: bigint;
  readonly openedAt: bigint;
  readonly baseCalls: bigint;
  readonly baseAmount: bigint;
  /** Nonce in a close at once that was signed; nothing is served until the chain's has changed. */
  readonly closingNonce: bigint | null;
}

/** The folder's books are another gateway's, or in use. */
export class StoreUnusable extends Error {}

type Row = Record<string, unknown>;

/**
 * The gateway's books in one SQLite file. Every write is one transaction that is on the disc (fsync) when
 * the call returns, so that a killed process has lost nothing that it told anyone.
 */
export class Store {
  readonly #database: InstanceType<typeof sqlite.Database>;
  readonly #lock: string;
  readonly #host: Address;

  constructor(
    path: string,
    owner: { chainId: number; channel: Address; host: Address; model: bigint },
  ) {
    this.#host = owner.host;
    this.#lock = `${path}.pid`;
    const holder = takeLock(this.#lock);
    if (holder !== null) throw new StoreUnusable(`Process ${holder.pid} uses ${path}`);
    // The library locks by a folder, which a killed process leaves behind; the lock above is ours.
    rmSync(`${path}.lock`, { recursive: true, force: true });
    this.#database = new sqlite.Database(path);
    this.#database.exec(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
    );
    this.#database.exec(SCHEMA);
    this.#checkOwner(path, owner);
    // Calls that a crash cut off stay charged with what was owed when their answer began to leave.
    this.#database.run("UPDATE calls SET is_over = 1 WHERE is_over = 0");
  }

  close(): void {
    this.#database.close();
    if (readLock(this.#lock)?.pid === process.pid) rmSync(this.#lock, { force: true });
  }

  openings(): Opening[] {
    return this.#database.all("SELECT * FROM openings").map((row) => openingOf(row));
  }

  opening(licence: bigint, openedAt: bigint): Opening | null {
    const row = this.#database.get("SELECT * FROM openings WHERE licence = ? AND opened_at = ?", [
      `${licence}`,
      `${openedAt}`,
    ]);
    return row === null ? null : openingOf(row);
  }

  addOpening(licence: bigint, openedAt: bigint, baseCalls: bigint, baseAmount: bigint): void {
    this.#database.run(
      "INSERT OR IGNORE INTO openings VALUES (?, ?, ?, ?, NULL)",
      [licence, openedAt, baseCalls, baseAmount].map(String),
    );
  }

  setClosing(licence: bigint, openedAt: bigint, nonce: bigint): void {
    this.#database.run(
      "UPDATE openings SET closing_nonce = ? WHERE licence = ? AND opened_at = ?",
      [nonce, licence, openedAt].map(String),
    );
  }

  /** Takes a voucher and what is owed, before the answer's first byte leaves. */
  addCall(row: CallRow, isOver: boolean): void {
    const { licence, openedAt, voucher, signature, cost, receipt } = row;
    this.#database.run(
      `INSERT INTO calls (licence, opened_at, number, amount, input_hash, signature, cost, receipt,
       is_over, is_settled, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`,
      [
        `${licence}`,
        `${openedAt}`,
        `${voucher.cumulativeCalls}`,
        `${voucher.cumulativeAmount}`,
        voucher.lastInputHash,
        signature,
        `${cost}`,
        receipt,
        isOver ? 1 : 0,
        Math.floor(Date.now() / 1_000),
      ],
    );
  }

  finishCall(
    { licence, openedAt, number }: { licence: bigint; openedAt: bigint; number: bigint },
    cost: bigint,
    receipt: string,
  ): void {
    this.#database.run(
      `UPDATE calls SET cost = ?, receipt = ?, is_over = 1
       WHERE licence = ? AND opened_at = ? AND number = ?`,
      [`${cost}`, receipt, `${licence}`, `${openedAt}`, `${number}`],
    );
  }

  /** All calls of an opening, in the order of their answers. */
  calls(licence: bigint, openedAt: bigint): CallRow[] {
    return this.#rows("", licence, openedAt);
  }

  /** Calls whose vouchers no settlement covers yet. */
  unsettled(licence: bigint, openedAt: bigint): CallRow[] {
    return this.#rows("AND is_settled = 0", licence, openedAt);
  }

  /** Marks what a settlement of these sums covers. */
  markSettled(licence: bigint, openedAt: bigint, calls: bigint, amount: bigint): void {
    this.#transaction(() => {
      for (const { voucher } of this.unsettled(licence, openedAt)) {
        if (voucher.cumulativeCalls > calls || voucher.cumulativeAmount > amount) continue;
        this.#database.run(
          "UPDATE calls SET is_settled = 1 WHERE licence = ? AND opened_at = ? AND number = ?",
          [`${licence}`, `${openedAt}`, `${voucher.cumulativeCalls}`],
        );
      }
    });
  }

  /** The latest: a pair that was closed before all was settled gives numbers out again. */
  receipt(licence: bigint, number: bigint): string | null {
    const row = this.#database.get(
      "SELECT receipt FROM calls WHERE licence = ? AND number = ? ORDER BY id DESC",
      [`${licence}`, `${number}`],
    );
    return typeof row?.receipt === "string" ? row.receipt : null;
  }

  #rows(condition: string, licence: bigint, openedAt: bigint): CallRow[] {
    const rows = this.#database.all(
      `SELECT * FROM calls WHERE licence = ? AND opened_at = ? ${condition} ORDER BY id`,
      [`${licence}`, `${openedAt}`],
    );
    return rows.map((row) => callOf(row, this.#host));
  }

  #transaction(act: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      act();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #checkOwner(path: string, owner: object): void {
    for (const [key, value] of Object.entries(owner)) {
      this.#database.run("INSERT OR IGNORE INTO meta VALUES (?, ?)", [key, `${value}`]);
      const row = this.#database.get("SELECT value FROM meta WHERE key = ?", [key]);
      if (row?.value === `${value}`) continue;
      this.close();
      throw new StoreUnusable(`${path} holds the books of another ${key}`);
    }
  }
}

function openingOf(row: Row): Opening {
  const closing = row.closing_nonce;
  return {
    licence: integer(row.licence),
    openedAt: integer(row.opened_at),
    baseCalls: integer(row.base_calls),
    baseAmount: integer(row.base_amount),
    closingNonce: closing === null || closing === undefined ? null : integer(closing),
  };
}

function callOf(row: Row, host: Address): CallRow {
  const licence = integer(row.licence);
  return {
    licence,
    openedAt: integer(row.opened_at),
    voucher: {
      licence,
      host,
      cumulativeCalls: integer(row.number),
      cumulativeAmount: integer(row.amount),
      lastInputHash: hex(row.input_hash),
    },
    signature: hex(row.signature),
    cost: integer(row.cost),
    receipt: typeof row.receipt === "string" ? row.receipt : null,
  };
}

function integer(value: unknown): bigint {
  if (typeof value !== "string") throw new TypeError("The books hold something that is no integer");
  return BigInt(value);
}

function hex(value: unknown): Hex {
  if (typeof value !== "string" || !value.startsWith("0x")) {
    throw new TypeError("The books hold something that is no hexadecimal");
  }
  return `0x${value.slice(2)}`;
}
