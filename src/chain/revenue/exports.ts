import { formatUnits, type Address } from "viem";
import type { Place } from "../indexer/stateIncome.ts";
import type { Statement } from "./statement.ts";

/** How a token's amounts are written. Its symbol is untrusted text. */
export interface TokenText {
  readonly symbol: string;
  readonly decimals: number;
}

export interface ExportContext {
  readonly chainId: number;
  /** Untrusted text. */
  readonly modelName: string;
  readonly tokenOf: (token: Address) => TokenText;
}

/**
 * A cell of a CSV file after RFC 4180. A text that a spreadsheet would run as a formula, because it
 * begins with = + - @, a tab or a line end, gets an apostrophe in front, as OWASP advises.
 */
export function csvCell(value: string | bigint | number): string {
  if (typeof value !== "string") return String(value);
  const tame = /^[\s\uFEFF]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/.test(value)
    ? `'${value}`
    : value;
  return /[",;\t\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

const HEADER = [
  "time_utc",
  "block",
  "log_index",
  "transaction",
  "chain_id",
  "model",
  "model_name",
  "holder",
  "entry",
  "source",
  "paid_model",
  "token",
  "symbol",
  "paid_units",
  "model_kept_units",
  "shares",
  "supply",
  "income_units",
  "claimed_units",
  "income",
  "claimed",
  "claimed_to",
] as const;

type Row = Readonly<Record<(typeof HEADER)[number], string | bigint | number>>;

/** One row for each payment and each claim, in the order of the chain. Amounts in smallest units and whole. */
export function statementRows(statement: Statement, context: ExportContext): Row[] {
  const { model, holder, income, claims } = statement;
  const common = { chain_id: context.chainId, model, model_name: context.modelName, holder };
  const rows = [
    ...income.map((line) => ({ at: line.at, line, claim: null })),
    ...claims.map((claim) => ({ at: claim.at, line: null, claim })),
  ].toSorted((a, b) => Number(a.at.block - b.at.block) || a.at.logIndex - b.at.logIndex);
  return rows.map(({ at, line, claim }): Row => {
    const token = (line ?? claim).token;
    const { symbol, decimals } = context.tokenOf(token);
    const units = { income: line?.income ?? 0n, claimed: claim?.amount ?? 0n };
    return {
      ...placeCells(at),
      ...common,
      entry: line === null ? "claim" : "income",
      source: line?.source ?? "",
      paid_model: line?.paidModel ?? "",
      token,
      symbol,
      paid_units: line?.paid ?? "",
      model_kept_units: line?.kept ?? "",
      shares: line?.shares ?? "",
      supply: line?.supply ?? "",
      income_units: units.income,
      claimed_units: units.claimed,
      income: formatUnits(units.income, decimals),
      claimed: formatUnits(units.claimed, decimals),
      claimed_to: claim?.to ?? "",
    };
  });
}

function placeCells({ timeSeconds, block, logIndex, transaction }: Place) {
  return {
    time_utc: new Date(Number(timeSeconds) * 1000).toISOString(),
    block,
    log_index: logIndex,
    transaction,
  };
}

/** The statement as CSV with a header line. */
export function statementCsv(statement: Statement, context: ExportContext): string {
  const lines = statementRows(statement, context).map((row) =>
    HEADER.map((name) => csvCell(row[name])).join(","),
  );
  return `${[HEADER.join(","), ...lines].join("\r\n")}\r\n`;
}

/** The statement as JSON; whole numbers that may exceed a double are decimal strings. */
export function statementJson(statement: Statement, context: ExportContext): string {
  const rows = statementRows(statement, context);
  const asText = (_key: string, value: unknown): unknown =>
    typeof value === "bigint" ? value.toString() : value;
  const { model, holder } = statement;
  const { chainId, modelName } = context;
  const whole = { format: "signet-income", version: 1, chainId, model, modelName, holder, rows };
  return `${JSON.stringify(whole, asText, 2)}\n`;
}
