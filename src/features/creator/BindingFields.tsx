import type { ReactNode } from "react";
import { ChoiceCards } from "@/ui/ChoiceCards.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { useKnownAccount } from "../shared/knownAccount.ts";
import { BINDINGS, copy } from "./copy.ts";
import { useCreator } from "./store.ts";

/** The address that a run in bound mode commits to: what was typed, else the one last connected. */
export function useOwner(): string {
  const typed = useCreator((state) => state.owner);
  const known = useKnownAccount((state) => state.account);
  return (typed ?? known).trim();
}

/** Whether a run stands alone or is bound to a chain, and to whom. */
export function BindingFields({ showErrors }: { showErrors: boolean }): ReactNode {
  const bound = useCreator((state) => state.bound);
  const owner = useOwner();
  return (
    <>
      <ChoiceCards
        legend="Where the randomness comes from"
        value={bound ? "bound" : "unbound"}
        choices={BINDINGS}
        onChange={(choice) => useCreator.setState({ bound: choice === "bound" })}
      />
      {bound && (
        <TextField
          label="Owner's address"
          hint={
            <>
              {copy.owner} <a href="#/register">Connect a wallet</a> to have it filled in.
            </>
          }
          error={showErrors && !isOwner(owner) ? copy.ownerInvalid : null}
          value={owner}
          spellCheck={false}
          autoComplete="off"
          onChange={(text) => useCreator.setState({ owner: text })}
        />
      )}
    </>
  );
}

/** Forty digits of hex; the registry asks the wallet for the rest. */
export function isOwner(text: string): boolean {
  return /^0x[0-9a-fA-F]{40}$/.test(text) && !/^0x0*$/.test(text);
}
