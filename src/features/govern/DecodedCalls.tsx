import { ArrowRight } from "lucide-react";
import type { ReactNode } from "react";
import type { GovernContext, ProposedCall } from "@/chain/governance/context.ts";
import { decodeCall } from "@/chain/governance/decode.ts";
import type { DecodedCall } from "@/chain/governance/decode.ts";
import { effectsOf } from "@/chain/governance/effects.ts";
import type { Effect } from "@/chain/governance/effects.ts";
import { Disclosure } from "@/ui/Disclosure.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Hex } from "../shared/market/ChainText.tsx";
import styles from "./govern.module.css";

/** Calls in words with every argument, what each would change, and their bytes. */
export function DecodedCalls({
  context,
  calls,
  past = false,
}: {
  context: GovernContext;
  calls: readonly ProposedCall[];
  /** Whether they were made, so that there is nothing left to change. */
  past?: boolean;
}): ReactNode {
  return calls.map((call, place) => (
    <OneCall
      // A proposal's calls never change their order.
      // oxlint-disable-next-line react/no-array-index-key
      key={place}
      decoded={decodeCall(context, call)}
      effects={past ? [] : effectsOf(context, call)}
      place={calls.length === 1 ? "" : `${place + 1}. `}
    />
  ));
}

function OneCall({
  decoded,
  effects,
  place,
}: {
  decoded: DecodedCall;
  effects: readonly Effect[];
  place: string;
}): ReactNode {
  const { call, contract, functionName, sentence, args, warnings } = decoded;
  const raw = functionName === null || warnings.length > 0;
  return (
    <article className={styles.call} data-testid="decoded-call">
      <h3>
        {place}
        {sentence}
      </h3>
      {warnings.length > 0 && (
        <Notice kind="warn" title="Look at this call closely">
          {warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
        </Notice>
      )}
      {effects.length > 0 && <EffectTable effects={effects} />}
      {args.length > 0 && (
        <Disclosure title={`${functionName ?? ""} of the ${contract ?? ""}, every argument`}>
          <div className={styles.scroll} role="region" aria-label="Arguments" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Argument</th>
                  <th scope="col">Means</th>
                  <th scope="col">As in the call</th>
                </tr>
              </thead>
              <tbody>
                {args.map(({ name, type, words, exact }) => (
                  <tr key={name}>
                    <th scope="row">
                      {name} <span className={styles.soft}>{type}</span>
                    </th>
                    <td>{words}</td>
                    <td>
                      <code>{exact}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Disclosure>
      )}
      <Disclosure title="Raw data" defaultOpen={raw}>
        <p>
          To <Hex value={call.target} label="the call’s target" /> with {String(call.value)} wei
        </p>
        <pre className={styles.raw}>{call.data}</pre>
      </Disclosure>
    </article>
  );
}

function EffectTable({ effects }: { effects: readonly Effect[] }): ReactNode {
  return (
    <div className={styles.scroll} role="region" aria-label="What it would change" tabIndex={0}>
      <table data-testid="effects">
        <caption className="visually-hidden">What it would change</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Now</th>
            <th scope="col">
              <ArrowRight aria-hidden size={12} /> Then
            </th>
          </tr>
        </thead>
        <tbody>
          {effects.map(({ label, before, after }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{before}</td>
              <td className={styles.after}>{after}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
