import { Form, Modal, Radio, type FormInstance, type ModalProps } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker, useLocation, useNavigate } from "react-router";
import { holdUnsaved } from "@/app/forget";
import { watchTyped } from "@/app/typedAddress";
import { pluginSays } from "@/i18n/said";
import { useFirstField, useFocusBack } from "./dialogue";
import { place, Problem, type FieldError, type FieldPath } from "@/api/problem";
import { Told } from "./states";

/** What was refused of a field: said when it is shown, so that it is said anew in another language. */
export function Refusal({ detail, code }: { detail: string; code: string | null | undefined }) {
  useTranslation();
  return pluginSays(code) ?? <Told detail={detail} />;
}

/**
 * Puts a refusal's errors to the form's fields and answers what is left over. `prefix` is the part of the body that the form edits
 * (`/body/lines/0` of a draft is `lines.0` of its form).
 */
export function showErrors(form: FormInstance, error: unknown, prefix: FieldPath = []): FieldError[] {
  if (!(error instanceof Problem)) return [];
  const before = form.getFieldsError();
  const known = before.map((f) => f.name);
  // What was refused of the last try may be mended.
  form.setFields(before.filter((f) => f.errors.length > 0).map(({ name }) => ({ name, errors: [] })));
  const same = (a: FieldPath, b: readonly (string | number)[]) => a.length === b.length && a.every((step, n) => step === b[n]);
  const lead = prefix.length === 0 ? "" : `/${prefix.join("/")}`;
  const own = error.errors.map((e) => (lead !== "" && e.pointer?.startsWith(lead) === true ? { ...e, pointer: e.pointer.slice(lead.length) } : e));
  // A plugin blames a line, and beside it the member of the line that it read.
  const blamed = error.plugin?.subject ?? null;
  const finer = own.map((e) => ({ ...e, pointer: e.pointer === null || e.pointer === undefined ? e.pointer : blamedMember(e.pointer, blamed) }));
  const { fields, rest } = place(finer, (path) => known.some((name) => same(path, name)));
  if (fields.length > 0) {
    const code = error.plugin?.code;
    // antd shows an element as it shows a text; its types know of texts only.
    form.setFields(fields.map((field) => ({ ...field, errors: field.errors.map((detail) => <Refusal key={detail} detail={detail} code={code} />) as unknown as string[] })));
    const first = fields[0];
    if (first !== undefined) form.scrollToField(first.name, { block: "center", focus: true });
  }
  return rest;
}

/** Members of a request that a plugin reads by another name. */
const READ_AS: Readonly<Record<string, string>> = { category_code: "category" };

/** `/lines/0`, of which the plugin blames `/documents/0/lines/0/category_code`: `/lines/0/category`. */
export function blamedMember(pointer: string, blamed: string | null): string {
  const from = blamed?.indexOf(`${pointer}/`) ?? -1;
  if (blamed === null || from < 0 || pointer === "") return pointer;
  const member = blamed.slice(from + pointer.length + 1);
  return `${pointer}/${READ_AS[member] ?? member}`;
}

function standsAt(value: unknown, path: readonly (string | number)[]): boolean {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !(step in at)) return false;
    at = (at as Readonly<Record<string | number, unknown>>)[step];
  }
  return true;
}

/** What the server refused of a field stands there until the field is changed; with `changed` of `onValuesChange`. */
export function clearErrors(form: FormInstance, changed: unknown): void {
  const mended = form.getFieldsError().filter(({ name, errors }) => errors.length > 0 && standsAt(changed, name));
  if (mended.length > 0) form.setFields(mended.map(({ name }) => ({ name, errors: [] })));
}

/** Fills in what goes with another field, as long as nobody filled it in by hand: it may go along again, which `setFieldValue`, whose fields count as touched, would end. */
export function follow(form: FormInstance, name: string[], value: unknown): void {
  if (!form.isFieldTouched(name)) form.setFields([{ name, value, errors: [], touched: false }]);
}

let saved = false;

/** Goes on from a form whose content has just been saved: nothing is asked. */
export function leaveSaved(go: () => unknown): void {
  saved = true;
  go();
  setTimeout(() => {
    saved = false;
  }, 100);
}

/** Where somebody wants to go by an address that she types; her form stays where it is meanwhile. */
function useTypedAddress(dirty: boolean): { wanted: string | null; forget: () => void } {
  const [wanted, setWanted] = useState<string | null>(null);
  useEffect(() => {
    if (!dirty) return;
    return watchTyped((to) => {
      if (saved) return false;
      setWanted(to);
      return true;
    });
  }, [dirty]);
  return { wanted, forget: () => setWanted(null) };
}

/** The browser asks before the window with what is filled in is closed or loaded anew. */
export function useStay(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const stay = (event: BeforeUnloadEvent) => {
      event.preventDefault();
    };
    window.addEventListener("beforeunload", stay);
    const saved = holdUnsaved();
    return () => {
      window.removeEventListener("beforeunload", stay);
      saved();
    };
  }, [dirty]);
}

/** A form over the page: a click beside it does nothing, and what is filled in is not thrown away unasked. */
export function FormModal({ form, onCancel, children, ...modal }: ModalProps & { form: FormInstance }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState(false);
  // What is chosen in a list or a calendar is no input that the page hears of.
  const values: unknown = Form.useWatch([], form);
  const touched = typed || (values !== undefined && form.isFieldsTouched());
  useFocusBack();
  const { place, focusFirst } = useFirstField();
  return (
    <Modal
      afterOpenChange={focusFirst}
      {...modal}
      open
      mask={{ closable: false }}
      onCancel={(event) => {
        if (form.isFieldsTouched()) setAsking(true);
        else onCancel?.(event);
      }}
    >
      {/* Filled in anywhere: *back* and the browser, too, ask before it is lost. */}
      <div ref={place} onInput={() => setTyped(true)}>{children}</div>
      <UnsavedGuard dirty={touched} />
      <Modal
        open={asking}
        title={t("common.unsavedTitle")}
        okText={t("common.discard")}
        cancelText={t("common.goOn")}
        okButtonProps={{ danger: true }}
        onOk={(event) => {
          setAsking(false);
          onCancel?.(event);
        }}
        onCancel={() => setAsking(false)}
      >
        {t("common.unsavedDialogue")}
      </Modal>
    </Modal>
  );
}

/** The way out of a form: back to where she came from, or, where it was opened by its address, to what it belongs to. */
export function useWayBack(to: string): () => void {
  const go = useNavigate();
  const { key } = useLocation();
  return () => void (key === "default" ? go(to) : go(-1));
}

/** Asks before what is filled in is left behind: by a link, by *back*, by an address that is typed, by closing the window. `member`: of the address, where another value of it is another form. */
export function UnsavedGuard({ dirty, member }: { dirty: boolean; member?: string }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const typed = useTypedAddress(dirty);
  const formAt = ({ pathname, search }: { pathname: string; search: string }) => (member === undefined ? pathname : `${pathname} ${new URLSearchParams(search).get(member) ?? ""}`);
  const blocker = useBlocker(dirty ? ({ currentLocation, nextLocation }) => !saved && formAt(currentLocation) !== formAt(nextLocation) : false);
  useStay(dirty);
  return (
    <Modal
      open={blocker.state === "blocked" || typed.wanted !== null}
      title={t("common.unsavedTitle")}
      okText={t("common.leave")}
      cancelText={t("common.stay")}
      okButtonProps={{ danger: true }}
      onOk={() => {
        const to = typed.wanted;
        if (to === null) return blocker.proceed?.();
        typed.forget();
        leaveSaved(() => void go(to));
      }}
      onCancel={() => {
        typed.forget();
        blocker.reset?.();
      }}
    >
      {t("common.unsavedText")}
    </Modal>
  );
}

export interface Side {
  key: string;
  label: string;
  mine: ReactNode;
  theirs: ReactNode;
}

interface ConflictProps {
  sides: Side[];
  /** What is done with what is chosen, where it is more than to save it. */
  act?: string | undefined;
  onCancel: () => void;
  /** For each field that differs, whose value goes on. */
  onChoose: (choice: Record<string, "mine" | "theirs">) => void;
}

/** A 412: both versions side by side, and whose value is taken, field by field. */
export function Conflict({ sides, act, onCancel, onChoose }: ConflictProps) {
  const { t } = useTranslation();
  const [choice, setChoice] = useState<Record<string, "mine" | "theirs">>({});
  const of = (key: string) => choice[key] ?? "mine";
  return (
    <Modal
      open
      width={760}
      title={t("conflict.title")}
      okText={act ?? t("conflict.save")}
      cancelText={t("common.back")}
      onCancel={onCancel}
      onOk={() => onChoose(Object.fromEntries(sides.map((side) => [side.key, of(side.key)])))}
    >
      <p style={{ marginBottom: 12 }}>{t("conflict.text")}</p>
      {sides.length === 0 ? (
        <p>{t("conflict.same")}</p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("conflict.field")}</th>
              <th scope="col">{t("conflict.mine")}</th>
              <th scope="col">{t("conflict.theirs")}</th>
            </tr>
          </thead>
          <tbody>
            {sides.map((side) => (
              <tr key={side.key}>
                <th scope="row">{side.label}</th>
                {(["mine", "theirs"] as const).map((whose) => (
                  <td key={whose}>
                    <Radio checked={of(side.key) === whose} onChange={() => setChoice({ ...choice, [side.key]: whose })} name={`conflict-${side.key}`}>
                      {side[whose] === "" || side[whose] === null ? t("common.none") : side[whose]}
                    </Radio>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Modal>
  );
}

/** A dialogue that asks closes whatever came of it: a refusal is said on the page. */
export const closed = (): undefined => undefined;
