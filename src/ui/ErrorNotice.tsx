import type { ReactNode } from "react";
import { AppError } from "@/lib/errors.ts";
import { Notice } from "./Notice.tsx";

/** What went wrong, what to do about it, and the code and causes for a report. */
export function ErrorNotice({
  error,
  actions,
  onDismiss,
  testId = "error",
}: {
  error: unknown;
  actions?: ReactNode;
  onDismiss?: () => void;
  testId?: string;
}): ReactNode {
  const { message, hint, code, details, causes } = describe(error);
  const small = [details, ...causes].filter((line) => line !== "");
  return (
    <Notice
      kind="error"
      title={message}
      actions={actions}
      testId={testId}
      {...(onDismiss === undefined ? {} : { onDismiss })}
    >
      {hint !== "" && <p>{hint}</p>}
      <details>
        <summary>
          Code <code data-testid="error-code">{code}</code>
        </summary>
        {small.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </details>
    </Notice>
  );
}

function describe(error: unknown): {
  message: string;
  hint: string;
  code: string;
  details: string;
  causes: readonly string[];
} {
  if (error instanceof AppError) {
    const causes = "causes" in error && Array.isArray(error.causes) ? error.causes : [];
    return {
      message: error.message,
      hint: error.hint,
      code: error.code,
      details: error.details ?? "",
      causes: causes.filter((cause) => typeof cause === "string"),
    };
  }
  return {
    message: "Something unexpected went wrong.",
    hint: "Reload the page and try again. If it happens again, report the message below.",
    code: "INTERNAL",
    details: error instanceof Error ? error.message : String(error),
    causes: [],
  };
}
