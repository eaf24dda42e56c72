import { Collapsible } from "@base-ui/react/collapsible";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./layout.module.css";

export function Disclosure({
  title,
  children,
  defaultOpen = false,
  keepMounted = false,
}: {
  title: string;
  children: ReactNode;
  defaultOpen?: boolean;
  /** Keeps the folded content in the document, for what goes on changing meanwhile. */
  keepMounted?: boolean;
}): ReactNode {
  return (
    <Collapsible.Root className={styles.disclosure} defaultOpen={defaultOpen}>
      <Collapsible.Trigger className={styles.disclosureTrigger}>
        <ChevronRight aria-hidden />
        {title}
      </Collapsible.Trigger>
      <Collapsible.Panel className={styles.disclosurePanel} keepMounted={keepMounted}>
        {children}
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}
