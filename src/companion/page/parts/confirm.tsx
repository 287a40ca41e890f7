import { useEffect, useRef } from "preact/hooks";
import { useText } from "../i18n/index.ts";

export interface ConfirmProps {
  title: string;
  text: string;
  /** What the button that does it says. */
  action: string;
  onConfirm(): void;
  onCancel(): void;
}

/** Asks once more before what cannot be undone. The browser gives the focus back to what opened it. */
export function Confirm({ title, text, action, onConfirm, onCancel }: ConfirmProps) {
  const t = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="confirm-title"
      aria-describedby="confirm-text"
      onClose={(event) => (event.currentTarget.returnValue === "yes" ? onConfirm() : onCancel())}
    >
      <form method="dialog">
        <h2 id="confirm-title">{title}</h2>
        <p id="confirm-text">{text}</p>
        <div class="row">
          {/* The first is what the focus is on, and does nothing. */}
          <button type="submit" value="no">
            {t.cancel}
          </button>
          <button type="submit" value="yes" class="danger">
            {action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
