import type { ReactNode } from "react";
import { explainCheck, type ChainCheck } from "@/fingerprint/registryCheck.ts";
import { Notice } from "@/ui/Notice.tsx";

/** What the registry at hand says of a bank or a challenge. */
export function RegistryStanding({
  bound,
  check,
}: {
  bound: boolean;
  check: ChainCheck | null;
}): ReactNode {
  if (!bound || check === null) {
    return (
      <Notice kind="info" title="Unbound: no chain knows this bank" testId="registry-standing">
        <p>Its verdicts need 2^40 times the evidence, and nothing can be filed on a chain.</p>
      </Notice>
    );
  }
  const [kind, title] = {
    confirmed: ["good", "Registered"] as const,
    refuted: ["error", "The registry does not confirm this bank"] as const,
    unknown: ["warn", "Not compared with a registry"] as const,
  }[check.state];
  return (
    <Notice kind={kind} title={title} testId="registry-standing">
      {explainCheck(check).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Notice>
  );
}
