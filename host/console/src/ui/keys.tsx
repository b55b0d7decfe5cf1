import { Button, Modal, Switch } from "antd";
import { useEffect, useLayoutEffect, useState } from "react";
import { useTranslation } from "react-i18next";

export interface KeyAct {
  /** As `KeyboardEvent.key` has it. */
  key: string;
  label: string;
  run: () => void;
  /** Goes on while the key is held; what decides does not. */
  repeats?: boolean;
}

const KEPT = "zhangben.keys";
const areOn = () => localStorage.getItem(KEPT) !== "off";
/** What answers Enter and Space itself. */
const PRESSED = "a,button,summary,[role=button],[role=tab],[role=menuitem],[role=switch]";

/** Keys of a page: none while somebody types or a dialogue is open. */
export function useKeys(acts: readonly KeyAct[]): void {
  // With what is shown, not a moment later: a key pressed at once is of what is seen.
  useLayoutEffect(() => {
    const heard = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !areOn()) return;
      const target = event.target;
      if (target instanceof HTMLElement && target.closest("input,textarea,select,[contenteditable],[role=combobox],[role=dialog]") !== null) return;
      if ((event.key === "Enter" || event.key === " ") && target instanceof HTMLElement && target.closest(PRESSED) !== null) return;
      if (document.querySelector(".ant-modal-wrap:not([style*='display: none'])") !== null) return;
      const act = acts.find((a) => a.key === event.key);
      if (act === undefined || (event.repeat && act.repeats !== true)) return;
      event.preventDefault();
      act.run();
    };
    window.addEventListener("keydown", heard);
    return () => window.removeEventListener("keydown", heard);
  }, [acts]);
}

/** On a narrow screen the queue is one at a time. */
export function QueueSteps({ at, of, more = false, onMove }: { at: number; of: number; more?: boolean; onMove: (to: number) => void }) {
  const { t } = useTranslation();
  return (
    <div className="narrow-only row between" style={{ width: "100%" }}>
      <Button disabled={at === 0} onClick={() => onMove(at - 1)}>
        ‹ {t("documents.keyPrevious")}
      </Button>
      <span className="num">{t("documents.queueOf", { at: at + 1, of: more ? `${of}+` : of })}</span>
      <Button disabled={at >= of - 1} onClick={() => onMove(at + 1)}>
        {t("documents.keyNext")} ›
      </Button>
    </div>
  );
}

/** The page's keys, and `?` for all of them. */
export function KeyHelp({ acts }: { acts: readonly KeyAct[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [on, setOn] = useState(areOn);
  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      if (event.key === "?" && areOn() && !(event.target instanceof HTMLElement && event.target.closest("input,textarea") !== null)) setOpen(true);
    };
    window.addEventListener("keydown", heard);
    return () => window.removeEventListener("keydown", heard);
  }, []);
  return (
    <>
      <button type="button" className="wide-only small quiet" style={{ border: 0, background: "none", cursor: "pointer", font: "inherit", fontSize: 12 }} onClick={() => setOpen(true)}>
        {t("common.keysHint")}
      </button>
      <Modal open={open} title={t("common.keys")} footer={null} onCancel={() => setOpen(false)} width={420}>
        <dl className="facts">
          {acts.map((act) => (
            <div key={act.key} style={{ display: "contents" }}>
              <dt>
                <kbd>{act.key === " " ? "Space" : act.key}</kbd>
              </dt>
              <dd>{act.label}</dd>
            </div>
          ))}
        </dl>
        <div className="row between">
          <span id="keys-on">{t("common.keysOn")}</span>
          <Switch
            aria-labelledby="keys-on"
            checked={on}
            onChange={(wanted) => {
              localStorage.setItem(KEPT, wanted ? "on" : "off");
              setOn(wanted);
            }}
          />
        </div>
      </Modal>
    </>
  );
}
