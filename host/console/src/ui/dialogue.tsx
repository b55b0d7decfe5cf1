import { Modal, type ModalProps } from "antd";
import { useEffect, useRef, useState, type RefObject } from "react";

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

/** Where typing is all that a field is for: what opens a list or a calendar, and what groups figures, waits until it is gone to. */
const TYPED_INTO = "textarea, input:not([type=checkbox], [type=radio], [type=file], [readonly], [role=combobox], .amount-input)";

/** Whoever opened a dialogue by a key goes on typing in its first field, and does not stand at the button that closes it. */
export function useFirstField(): { place: RefObject<HTMLDivElement | null>; focusFirst: (open: boolean) => void } {
  const place = useRef<HTMLDivElement>(null);
  const focusFirst = (open: boolean) => {
    const first = open ? place.current?.querySelector<HTMLElement>("textarea, input") : null;
    if (first?.matches(TYPED_INTO) === true && first.closest(".ant-picker") === null) first.focus();
  };
  return { place, focusFirst };
}

/** A dialogue that is drawn only while it is open. With something `typed` into it, neither Escape nor a click beside it throws it away. */
export function Dialogue({ typed = false, children, ...modal }: Omit<ModalProps, "open"> & { typed?: boolean }) {
  useFocusBack();
  const { place, focusFirst } = useFirstField();
  return (
    <Modal mask={{ closable: !typed }} keyboard={!typed} afterOpenChange={focusFirst} {...modal} open>
      <div ref={place}>{children}</div>
    </Modal>
  );
}
