import type { ReactNode } from "react";
import { Notice } from "@/ui/Notice.tsx";
import { copy } from "./copy.ts";

/** Says that no single account can act for a model, and where its holders decide. */
export function DaoNotice({
  model,
  action,
  proposal = {},
}: {
  model: string;
  /** What has to be proposed: "Release the weights". */
  action: string;
  /** Form that the proposals' screen opens with, under `propose`, and what it fills in. */
  proposal?: Readonly<Record<string, string>>;
}): ReactNode {
  const search = new URLSearchParams(proposal).toString();
  const query = search === "" ? "" : `?${search}`;
  return (
    <Notice
      kind="info"
      title={`Model ${model} belongs to its DAO`}
      testId="dao-owned"
      actions={<a href={`#/govern/${model}${query}`}>Open its proposals</a>}
    >
      <p>
        {copy.dao} To be proposed: {action}.
      </p>
    </Notice>
  );
}
