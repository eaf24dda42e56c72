import { useMutation } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { FormEvent, ReactNode } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useChain } from "@/chain/chainContext.ts";
import { MAX_PARENTS } from "@/chain/accounting/lineage.ts";
import { findByRoot, parentQuery } from "@/chain/queries/parent.ts";
import type { ParentsValue, Reading } from "@/chain/registration/readDraft.ts";
import { showPpm } from "@/chain/registration/readDraft.ts";
import type { ParentDraft } from "@/rpc/registration.ts";
import { Button } from "@/ui/Button.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { IconButton } from "@/ui/IconButton.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { Fact } from "./Fact.tsx";
import styles from "./register.module.css";
import type { Parents } from "./useParents.ts";
import type { OpenRegistration } from "./useRegistration.ts";

/** Adds parents by their number or by the commitment on their model card. */
export function ParentsPicker({
  open,
  parents,
  reading,
}: {
  open: OpenRegistration;
  parents: Parents;
  reading: Reading<ParentsValue>;
}): ReactNode {
  const { draft } = open.registration;
  const [wanted, setWanted] = useState("");
  const { config } = useChain();
  const queries = useQueryClient();
  const set = (next: readonly ParentDraft[]): void =>
    open.dispatch({ type: "edited", draft: { ...draft, parents: next } });

  const add = useMutation({
    mutationFn: async (text: string) => {
      const { deployment, commitment } = open;
      const byRoot = /^0x[0-9a-fA-F]{64}$/.test(text);
      const model = byRoot ? await findByRoot(config, deployment, text) : BigInt(text);
      const query = parentQuery(config, deployment, model.toString(), commitment.owner);
      return queries.fetchQuery(query);
    },
    onSuccess: ({ model, requiredPpm, termsHash }) => {
      setWanted("");
      const id = model.toString();
      const percent = showPpm(requiredPpm).replace(" %", "");
      set([
        ...draft.parents.filter((parent) => parent.model !== id),
        { model: id, percent, termsHash },
      ]);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const text = wanted.trim();
    if (/^(\d{1,18}|0x[0-9a-fA-F]{64})$/.test(text)) add.mutate(text);
  };
  const valid = /^(\d{1,18}|0x[0-9a-fA-F]{64})?$/.test(wanted.trim());
  return (
    <div className={styles.stack}>
      {draft.parents.map((parent) => (
        <ParentRow
          key={parent.model}
          parent={parent}
          parents={parents}
          problem={reading.ok ? null : (reading.problems[parent.model] ?? null)}
          onChange={(next) =>
            set(draft.parents.map((each) => (each.model === parent.model ? next : each)))
          }
          onRemove={() => set(draft.parents.filter(({ model }) => model !== parent.model))}
        />
      ))}
      {!reading.ok && reading.problems[""] !== undefined && (
        <Notice kind="error" title="The lineage does not fit">
          <p>{reading.problems[""]}</p>
        </Notice>
      )}
      {draft.parents.length < MAX_PARENTS && (
        <form className={styles.pair} onSubmit={submit}>
          <TextField
            label="Add a parent"
            optional
            hint="Its number in the registry, or the commitment (Merkle root) on its model card."
            error={valid ? null : "A number, or 0x and 64 hexadecimal digits."}
            value={wanted}
            spellCheck={false}
            onChange={setWanted}
          />
          <Button
            type="submit"
            icon={<Plus aria-hidden />}
            disabled={add.isPending || wanted.trim() === "" || !valid}
          >
            Add
          </Button>
        </form>
      )}
      {add.error !== null && <ErrorNotice error={add.error} />}
    </div>
  );
}

function ParentRow({
  parent,
  parents,
  problem,
  onChange,
  onRemove,
}: {
  parent: ParentDraft;
  parents: Parents;
  problem: string | null;
  onChange: (parent: ParentDraft) => void;
  onRemove: () => void;
}): ReactNode {
  const terms = parents.known.get(parent.model);
  const error = parents.errors.get(parent.model);
  const whose = ` of model ${parent.model}`;
  const changed = terms !== undefined && terms.termsHash !== parent.termsHash;
  return (
    <fieldset className={styles.group}>
      <legend>Model {parent.model}</legend>
      {error !== undefined && <ErrorNotice error={error} />}
      <div className={styles.pair}>
        <TextField
          label="Share of your revenue, in percent"
          hint={
            terms === undefined ? "" : `Its terms ask for at least ${showPpm(terms.requiredPpm)}.`
          }
          error={terms === undefined ? null : problem}
          value={parent.percent}
          inputMode="decimal"
          onChange={(percent) => onChange({ ...parent, percent })}
        />
        <IconButton label={`Remove model ${parent.model}`} icon={<Trash2 />} onClick={onRemove} />
      </div>
      {terms !== undefined && (
        <ul className={styles.facts}>
          <Fact name="Owner" of={whose} value={terms.owner} />
          <Fact name="Terms" of={whose} value={terms.termsHash} />
          <Fact name="SHA-256 of their text" of={whose} value={terms.textHash} />
          {terms.uri !== "" && <Fact name="Described at" of={whose} value={terms.uri} />}
        </ul>
      )}
      {changed && (
        <Button size="small" onClick={() => onChange({ ...parent, termsHash: terms.termsHash })}>
          I read the new terms
        </Button>
      )}
    </fieldset>
  );
}
