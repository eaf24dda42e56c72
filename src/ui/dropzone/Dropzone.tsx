import { FileUp, FolderOpen } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { DragEvent, ReactNode } from "react";
import { Button } from "../Button.tsx";
import { cx } from "../cx.ts";
import { collectDrop, collectInput } from "./collectFiles.ts";
import type { Dropped } from "./collectFiles.ts";
import styles from "./dropzone.module.css";

export interface DropzoneProps {
  title: string;
  hint: ReactNode;
  /** Icon above the title. */
  icon?: ReactNode;
  /** What the inputs are called, for example "model": "Choose model folder". */
  noun: string;
  /** Offers a folder button beside the file button. */
  folders?: boolean;
  multiple?: boolean;
  accept?: string;
  compact?: boolean;
  /** Also takes what is dropped elsewhere on the page, and what is pasted. */
  wholePage?: boolean;
  extra?: ReactNode;
  onFiles: (dropped: Dropped) => void;
  onError: (error: unknown) => void;
  testId?: string;
}

export function Dropzone(props: DropzoneProps): ReactNode {
  const { title, hint, icon, noun, folders = false, multiple = true, accept, extra } = props;
  const { compact = false, wholePage = false, onFiles, onError, testId } = props;
  const [over, setOver] = useState(false);
  const folderInput = useRef<HTMLInputElement>(null);
  const fileInput = useRef<HTMLInputElement>(null);

  const take = (items: DataTransferItemList): void => {
    collectDrop(Array.from(items)).then(onFiles, onError);
  };
  const onPageDrop = useEffectEvent((event: globalThis.DragEvent | ClipboardEvent): void => {
    const data = event instanceof ClipboardEvent ? event.clipboardData : event.dataTransfer;
    if (data === null || event.defaultPrevented || !hasFiles(data)) return;
    event.preventDefault();
    setOver(false);
    take(data.items);
  });
  const onPageOver = useEffectEvent((event: globalThis.DragEvent): void => {
    if (event.dataTransfer === null || !hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    setOver(true);
  });
  useEffect(() => {
    if (!wholePage) return undefined;
    const drop = (event: globalThis.DragEvent | ClipboardEvent): void => onPageDrop(event);
    const dragOver = (event: globalThis.DragEvent): void => onPageOver(event);
    const leave = (event: globalThis.DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    window.addEventListener("drop", drop);
    window.addEventListener("paste", drop);
    window.addEventListener("dragover", dragOver);
    window.addEventListener("dragleave", leave);
    return () => {
      window.removeEventListener("drop", drop);
      window.removeEventListener("paste", drop);
      window.removeEventListener("dragover", dragOver);
      window.removeEventListener("dragleave", leave);
    };
  }, [wholePage]);

  const fromInput = (input: HTMLInputElement): void => {
    try {
      if (input.files !== null && input.files.length > 0) onFiles(collectInput(input.files));
    } catch (error) {
      onError(error);
    }
    // So that choosing the same folder again is noticed.
    input.value = "";
  };
  return (
    <div
      className={cx(styles.zone, compact && styles.compact)}
      role="group"
      aria-label={title}
      data-over={over || undefined}
      data-testid={testId}
      onDragOver={(event) => {
        if (!hasFiles(event.dataTransfer)) return;
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (leaves(event)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        take(event.dataTransfer.items);
      }}
    >
      {icon ?? <FolderOpen aria-hidden />}
      <p className={styles.title}>{title}</p>
      <div className={styles.hint}>{hint}</div>
      <div className={styles.buttons}>
        {folders && (
          <Button icon={<FolderOpen aria-hidden />} onClick={() => folderInput.current?.click()}>
            Choose {noun} folder
          </Button>
        )}
        <Button icon={<FileUp aria-hidden />} onClick={() => fileInput.current?.click()}>
          Choose {noun} {multiple ? "files" : "file"}
        </Button>
        {extra}
      </div>
      {folders && (
        <input
          ref={folderInput}
          className={styles.input}
          type="file"
          aria-label={`${noun} folder`}
          {...{ webkitdirectory: "" }}
          multiple
          onChange={(event) => fromInput(event.currentTarget)}
        />
      )}
      <input
        ref={fileInput}
        className={styles.input}
        type="file"
        aria-label={`${noun} files`}
        multiple={multiple}
        accept={accept}
        onChange={(event) => fromInput(event.currentTarget)}
      />
    </div>
  );
}

function hasFiles(data: DataTransfer): boolean {
  return data.types.includes("Files");
}

function leaves(event: DragEvent<HTMLElement>): boolean {
  const target = event.relatedTarget;
  return !(target instanceof Node && event.currentTarget.contains(target));
}
