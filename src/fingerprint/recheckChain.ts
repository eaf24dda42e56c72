import {
  checkRegistry,
  drawsUpTo,
  explainCheck,
  judgingOf,
  type RegistryView,
} from "./registryCheck.ts";
import type { Report } from "./reportSchema.ts";

/** Compares what a report says of its chain with itself, and with the registry where there is one. */
export function recheckChain(
  report: Report,
  view: RegistryView | null,
): { problems: string[]; notes: string[] } {
  const { bank, chain } = report;
  if (bank.beacon.kind === "unbound") {
    const problems = chain === undefined ? [] : ["An unbound bank has nothing on a chain."];
    return { problems, notes: [] };
  }
  const problems: string[] = [];
  const asked = chain !== undefined && chain.state !== "unknown";
  if (asked && report.owners !== judgingOf(bank.beacon, chain).owners) {
    problems.push("The report counts with another R than the draws that it names.");
  }
  const now = checkRegistry(bank, view);
  if (view === null || now === null || now.state === "unknown") {
    return { problems, notes: ["What the report says of its chain was not looked up again."] };
  }
  if (now.state === "refuted" && chain?.state !== "refuted") {
    problems.push(...explainCheck(now));
  }
  if (asked && chain.chainId === view.chainId && chain.block <= view.block) {
    if (drawsUpTo(view, chain.block) !== chain.draws) {
      problems.push(
        "The registry had drawn another number of beacons by then than the report says.",
      );
    }
  }
  return { problems, notes: now.state === "confirmed" ? explainCheck(now) : [] };
}
