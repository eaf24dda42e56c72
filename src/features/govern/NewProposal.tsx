import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactNode } from "react";
import { contentOf, proposalIdOf, proposeCall, restrictedTo } from "@/chain/governance/calls.ts";
import { countText, isSame } from "@/chain/governance/context.ts";
import { powerOf } from "@/chain/governance/delegation.ts";
import { needsSupermajority } from "@/chain/governance/allowed.ts";
import type { FormDraft, ProposalForm } from "@/chain/governance/forms/form.ts";
import { FORMS, formOf, typed } from "@/chain/governance/forms/forms.ts";
import { PROPOSAL_THRESHOLD } from "@/chain/governance/settings.ts";
import { keyOf } from "@/chain/indexer/state.ts";
import type { Model } from "@/chain/indexer/state.ts";
import { Card } from "@/ui/Card.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Select } from "@/ui/Select.tsx";
import { TextArea } from "@/ui/TextField.tsx";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import { knownBy } from "../shared/send/sendable.ts";
import { copy } from "./copy.ts";
import { DecodedCalls } from "./DecodedCalls.tsx";
import { FormFields } from "./FormFields.tsx";
import styles from "./govern.module.css";
import type { GovernSearch } from "./search.ts";
import type { Govern } from "./useGovern.ts";

const MOST_DESCRIPTION = 4_000;

/** Forms for everything that the DAO may do, each with the call it makes and what that changes. */
export function NewProposal({
  model,
  govern,
  now,
  search,
}: {
  model: Model;
  govern: Govern;
  now: bigint;
  search: GovernSearch;
}): ReactNode {
  const context = govern.contextOf(model, now);
  const asked = formOf(search["propose"] ?? "");
  const [form, setForm] = useState<ProposalForm>(() => asked ?? FORMS[0]);
  const [draft, setDraft] = useState<FormDraft>(() => begun(form));
  const [description, setDescription] = useState("");
  const [proposed, setProposed] = useState<bigint | null>(null);

  function begun(of: ProposalForm): FormDraft {
    const blank = of.begin(context);
    const given = Object.entries(search).filter(([key]) => of === asked && key in blank);
    return { ...blank, ...Object.fromEntries(given) };
  }

  const { account, state } = govern.market;
  const blocked = form.blocked(context);
  const read = form.read(context, draft);
  const calls = blocked === null && read.ok ? read.value : null;
  const text = description.trim();
  const content = calls === null || text === "" ? null : contentOf(calls, text);
  const id = content === null ? null : proposalIdOf(content);
  const known = id !== null && state.proposals.has(keyOf(model.id, id));
  const only = restrictedTo(text);
  const votes = account === undefined ? 0n : powerOf(state, model.id, account).votes;
  const tooFew = account !== undefined && votes < PROPOSAL_THRESHOLD;
  const problem =
    known && proposed !== id
      ? copy.same
      : only !== null && account !== undefined && !isSame(only, account)
        ? `It ends with an address; the governor would let only ${only} propose it.`
        : null;
  const call =
    content === null || known || problem !== null || tooFew || model.governor === null
      ? null
      : proposeCall(model.governor, content);
  const supermajority =
    calls !== null && needsSupermajority(context.contracts, context.model, calls);
  return (
    <Card title="New proposal" note={copy.propose} testId="new-proposal">
      <div className={styles.stack}>
        <Select
          label="What to propose"
          value={form.key}
          options={FORMS.map((entry) => ({ value: entry.key, label: entry.title }))}
          hint={form.about}
          onChange={(key) => {
            const next = formOf(key) ?? FORMS[0];
            setForm(next);
            setDraft(begun(next));
            setProposed(null);
          }}
        />
        {blocked === null ? (
          <FormFields
            fields={form.fields(context, draft)}
            draft={draft}
            begun={form.begin(context)}
            problems={read.ok ? {} : read.problems}
            onType={(key, value) => {
              setDraft(typed(context, form.key, draft, key, value));
              setProposed(null);
            }}
          />
        ) : (
          <Notice kind="info" title={blocked} />
        )}
        {calls !== null && (
          <section className={styles.stack} aria-label="Preview" data-testid="preview">
            <DecodedCalls context={context} calls={calls} />
            {supermajority && (
              <Notice kind="info" title="Two thirds of the votes for and against must be for it." />
            )}
          </section>
        )}
        <TextArea
          label="Description"
          hint={copy.descriptionHint}
          error={problem}
          value={description}
          rows={4}
          maxLength={MOST_DESCRIPTION}
          onChange={setDescription}
        />
        {tooFew && (
          <Notice kind="info" title="You do not have enough votes to propose">
            <p>
              A proposal takes {countText(PROPOSAL_THRESHOLD)} votes; you have {countText(votes)}.
              Ask other holders to delegate to you.
            </p>
          </Notice>
        )}
        {proposed !== null && (
          <Notice kind="good" title="It is proposed" testId="proposed">
            <p>
              <Link
                to="/govern/$model/$proposal"
                params={{ model: String(model.id), proposal: String(proposed) }}
              >
                Open the proposal
              </Link>
            </p>
          </Notice>
        )}
        <ReviewAndSend
          label="Propose"
          txLabel={`Propose for ${govern.market.nameOf(model)}: ${form.title}`}
          call={call}
          known={knownBy(call, 0)}
          details={
            <>
              {calls !== null && <DecodedCalls context={context} calls={calls} />}
              <h3>Description</h3>
              <p className={styles.words}>{text}</p>
              <p className={styles.soft}>
                Votes are weighed in a day, the vote lasts five days, and two more pass before it
                can be executed.
              </p>
            </>
          }
          testId="propose"
          onConfirmed={() => setProposed(id)}
        />
      </div>
    </Card>
  );
}
