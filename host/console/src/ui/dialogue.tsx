import { Modal, type ModalProps } from "antd";
import { useEffect, useState } from "react";

/** Gives the focus back to where it was when a dialogue, which is drawn only while it is open, goes. */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // after the dialogue has left the page, and only if nothing else has taken the focus since
      setTimeout(() => {
        const lost = document.activeElement === null || document.activeElement === document.body;
        if (lost && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      });
    },
    [before],
  );
}

/** A dialogue that is drawn only while it is open. With something `typed` into it, neither Escape nor a click beside it throws it away. */
export function Dialogue({ typed = false, ...modal }: Omit<ModalProps, "open"> & { typed?: boolean }) {
  useFocusBack();
  return <Modal mask={{ closable: !typed }} keyboard={!typed} {...modal} open />;
}
