import { Download, QrCode } from "lucide-react";
import { encodeQR } from "qr";
import { useState } from "react";
import type { ReactNode } from "react";
import { zeroHash } from "viem";
import { decodeToken } from "@/permission/token.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { CopyButton } from "@/ui/CopyButton.tsx";
import { Dialog } from "@/ui/Dialog.tsx";
import { Disclosure } from "@/ui/Disclosure.tsx";
import { downloadText } from "@/ui/download.ts";
import { Stats } from "@/ui/Stat.tsx";
import { Hex } from "../shared/market/ChainText.tsx";
import { dateText } from "../shared/market/describe.ts";
import { copy } from "./copy.ts";
import styles from "./permissions.module.css";
import type { OpenPair } from "./usePair.ts";

/** The string, what it says in words, and ways to take it along. */
export function PermissionString({
  text,
  open,
  note,
}: {
  text: string;
  open: OpenPair;
  note: string;
}): ReactNode {
  const [showsQr, setShowsQr] = useState(false);
  const { market, reading, listed } = open;
  const { domain, message } = decodeToken("Permission", text);
  const token = reading.channel?.token;
  const amount = (sum: bigint) => (token === undefined ? String(sum) : market.amountOf(token, sum));
  return (
    <Card title="Permission string" note={note} testId="permission-string">
      <code className={styles.string} data-testid="string">
        {text}
      </code>
      <Actions>
        <CopyButton text={text} label="Copy the permission string" />
        <Button size="small" icon={<QrCode aria-hidden />} onClick={() => setShowsQr(true)}>
          QR code
        </Button>
        <Button
          size="small"
          icon={<Download aria-hidden />}
          onClick={() => downloadText(`permission-${message.licence}.txt`, `${text}\n`)}
        >
          Download
        </Button>
      </Actions>
      <Disclosure title="What it says" defaultOpen>
        <Stats
          entries={[
            {
              label: "Spends at most",
              value: amount(message.maxAmount),
              note: "over the whole time of the channel",
            },
            {
              label: "Up to call",
              value: `number ${message.maxCalls}`,
              note: "calls count on from the channel's first",
            },
            { label: "From", value: dateText(message.notBefore) },
            { label: "Until", value: dateText(message.expires) },
            { label: "Licence", value: `#${message.licence}` },
            { label: "Signed by", value: <Hex value={message.holder} label="holder" /> },
            { label: "Pays the host", value: <Hex value={message.host} label="host" /> },
            {
              label: "Through the key",
              value: <Hex value={message.sessionKey} label="session key" />,
            },
            {
              label: "Terms of the licence",
              value: <Hex value={message.termsHash} label="terms" />,
            },
            {
              label: "Conditions of the host",
              value:
                message.policyHash === zeroHash ? (
                  "any"
                ) : (
                  <Hex value={message.policyHash} label="conditions" />
                ),
            },
            { label: "Number", value: String(message.nonce), note: "each is good once" },
            {
              label: "On chain",
              value: String(domain.chainId),
              note: <Hex value={domain.verifyingContract} label="contract" />,
            },
          ]}
        />
      </Disclosure>
      <Disclosure title="Use it with any OpenAI client">
        <p className={styles.soft}>
          The string stands where the API key does. Each call also needs a voucher, signed by the
          session key: this screen does so for a key that is kept here; another program signs with a
          key of its own, named when the permission is made (docs/gateway.md).
        </p>
        <pre className={styles.code}>{snippet(listed?.served.url ?? "https://host.example")}</pre>
      </Disclosure>
      <Dialog
        open={showsQr}
        onOpenChange={setShowsQr}
        title="Permission string"
        description={copy.string}
      >
        <QrPicture text={text} />
      </Dialog>
    </Card>
  );
}

/** Drawn as one path, since the page's policy allows no inline styles or markup from a string. */
function QrPicture({ text }: { text: string }): ReactNode {
  const rows = encodeQR(text, "raw", { ecc: "low", border: 4 });
  const path = rows
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  return (
    <svg
      className={styles.qr}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      role="img"
      aria-label="QR code of the permission string"
      shapeRendering="crispEdges"
    >
      <rect width={rows.length} height={rows.length} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

const snippet = (url: string): string => `from openai import OpenAI

client = OpenAI(base_url="${url}/v1", api_key="oml1.…")
client.chat.completions.create(
    model="default",
    messages=[{"role": "user", "content": text}],
    extra_headers={"X-OML-Voucher": voucher},  # one for each call
)`;
