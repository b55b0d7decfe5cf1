import { App, Form } from "antd";
import type { QueryKey } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Tagged } from "@/api/client";
import { useWrite } from "@/api/hooks";
import { isRefusal, type FieldError, type FieldPath } from "@/api/problem";
import { clearErrors, Conflict, FormModal, leaveSaved, showErrors, type Side } from "./forms";
import { ProblemNote } from "./states";
import { together } from "./versions";

/** Of what another may change while the form is open: a 412 is shown with both sides. */
interface Versions<Fields> {
  /** As it was when the form was opened. */
  etag: string;
  /** What is there now, of what the form is about. */
  read: (mine: Fields) => Promise<Tagged<Fields>>;
  /** Field by field; what is the same on both sides is left out of what is shown. */
  sides: (mine: Fields, theirs: Fields) => (Side & { key: keyof Fields & string })[];
}

interface FormDialogueProps<Fields, Made> {
  title: string;
  /** What the button does. */
  act: string;
  danger?: boolean;
  width?: number;
  /** Said before the fields. */
  text?: string;
  start?: Partial<Fields>;
  /** `match` is for `If-Match`, where the form has `versions`. */
  send: (fields: Fields, key: string, match: string) => Promise<Made>;
  versions?: Versions<Fields>;
  /** The part of the body that the fields are of, where refusals point into it. */
  prefix?: FieldPath;
  stale?: readonly QueryKey[];
  /** What is said when it is done, if anything is. */
  said?: (made: Made) => string;
  onDone?: (made: Made) => void;
  onClose: () => void;
  children: ReactNode;
}

interface Sent<Fields> {
  fields: Fields;
  at: string;
}

/** A form over the page that writes one thing and closes. */
export function FormDialogue<Fields extends object, Made>({ title, act, danger = false, width, text, start, send, versions, prefix, stale, said, onDone, onClose, children }: FormDialogueProps<Fields, Made>) {
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const [rest, setRest] = useState<FieldError[]>([]);
  // The page behind may read it again meanwhile: what is filled in is of what was read first.
  const [match, setMatch] = useState(versions?.etag ?? "");
  const [theirs, setTheirs] = useState<Tagged<Fields> | null>(null);
  const write = useWrite({
    run: ({ fields, at }: Sent<Fields>, key) => send(fields, key, at),
    ...(stale === undefined ? {} : { stale }),
    onDone: (made) => {
      if (said !== undefined) void message.success(said(made));
      onClose();
      leaveSaved(() => onDone?.(made));
    },
  });
  const refused = (error: unknown) => {
    setRest(showErrors(form, error, prefix));
    if (!isRefusal(error, "precondition-failed")) return;
    // Another changed it: what is filled in stays, and the next try is of what is chosen of both.
    if (versions !== undefined) versions.read(form.getFieldsValue(true) as Fields).then(setTheirs, () => undefined);
  };
  const put = (fields: Fields, at: string) => write.mutate({ fields, at }, { onError: (error) => refused(error) });
  if (versions !== undefined && theirs !== null) {
    const mine = form.getFieldsValue(true) as Fields;
    return (
      <Conflict
        sides={versions.sides(mine, theirs.body).filter((side) => side.mine !== side.theirs)}
        onCancel={() => setTheirs(null)}
        onChoose={(choice) => {
          const fields = together(mine, theirs.body, choice);
          form.setFieldsValue(fields);
          setMatch(theirs.etag);
          setTheirs(null);
          put(fields, theirs.etag);
        }}
      />
    );
  }
  return (
    <FormModal form={form} title={title} okText={act} okButtonProps={{ loading: write.isPending, danger }} onOk={() => form.submit()} onCancel={onClose} {...(width === undefined ? {} : { width })}>
      <Form form={form} layout="vertical" requiredMark={false} {...(start === undefined ? {} : { initialValues: start })} onValuesChange={(changed) => clearErrors(form, changed)} onFinish={(fields) => put(fields, match)}>
        {text !== undefined && <p style={{ marginBottom: 12 }}>{text}</p>}
        {children}
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}
