import type { Reading } from "../../registration/readDraft.ts";
import type { GovernContext, ProposedCall } from "../context.ts";

export type FormKey =
  | "price"
  | "sale"
  | "kind"
  | "terms"
  | "improver"
  | "epoch"
  | "release"
  | "recommit"
  | "approval"
  | "reward"
  | "uri";

/** A form as it was typed, by field. Switches are "yes" or "no". */
export type FormDraft = Readonly<Record<string, string>>;

/** One field of a form. */
export interface FormField {
  readonly key: string;
  readonly label: string;
  readonly kind: "text" | "area" | "select" | "switch";
  readonly hint?: string;
  readonly optional?: boolean;
  readonly numeric?: boolean;
  /** Of a select. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
}

/** One way to make calls that a DAO may make. Pure: what it shows depends on the context alone. */
export interface ProposalForm {
  readonly key: FormKey;
  readonly title: string;
  readonly about: string;
  /** Why it cannot be used now; null when it can. */
  readonly blocked: (context: GovernContext) => string | null;
  readonly begin: (context: GovernContext) => FormDraft;
  readonly fields: (context: GovernContext, draft: FormDraft) => readonly FormField[];
  /** Problems are keyed by field. */
  readonly read: (context: GovernContext, draft: FormDraft) => Reading<readonly ProposedCall[]>;
}

export function field(draft: FormDraft, key: string): string {
  return (draft[key] ?? "").trim();
}

export function isOn(draft: FormDraft, key: string): boolean {
  return draft[key] === "yes";
}

export function onOff(on: boolean): "yes" | "no" {
  return on ? "yes" : "no";
}

/** Problems when there are any, else the calls. */
export function outcome(
  problems: Readonly<Record<string, string>>,
  calls: () => readonly ProposedCall[],
): Reading<readonly ProposedCall[]> {
  return Object.keys(problems).length > 0 ? { ok: false, problems } : { ok: true, value: calls() };
}

export const UNRELEASED = "The model was not released yet; release it first.";
export const NO_KINDS = "No kind of licence is defined yet; add one first.";
