import { useState } from "react";
import type { ReactNode } from "react";
import { sha256, stringToBytes } from "viem";
import type { Hex } from "viem";
import { Disclosure } from "@/ui/Disclosure.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { TextArea } from "@/ui/TextField.tsx";
import styles from "./licences.module.css";

/** The chain keeps only the hash of a licence's text; this tells whether a text is the one. */
export function CompareText({ hash }: { hash: Hex }): ReactNode {
  const [text, setText] = useState("");
  const same = sha256(stringToBytes(text)) === hash;
  return (
    <Disclosure title="Compare with the licence text you were given">
      <div className={styles.stack}>
        <TextArea
          label="Licence text"
          hint="Every character counts, spaces too. It stays on this device."
          value={text}
          rows={5}
          onChange={setText}
        />
        {text !== "" && (
          <Notice
            kind={same ? "good" : "warn"}
            title={same ? "This is the text" : "This is not the text"}
            testId="text-compared"
          >
            <p>
              {same
                ? "Its SHA-256 is the one that the chain keeps with the terms."
                : "Its SHA-256 is another than the chain keeps. Ask the owner for the exact text."}
            </p>
          </Notice>
        )}
      </div>
    </Disclosure>
  );
}
