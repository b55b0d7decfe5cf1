import { App, Form } from "antd";
import { useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useWrite } from "@/api/hooks";
import { isRefusal, type FieldError, type FieldPath } from "@/api/problem";
import { FormModal, leaveSaved, showErrors } from "./forms";
import { ProblemNote } from "./states";

interface FormDialogueProps<Fields, Made> {
  title: string;
  /** What the button does. */
  act: string;
  danger?: boolean;
  width?: number;
  /** Said before the fields. */
  text?: string;
  start?: Partial<Fields>;
  send: (fields: Fields, key: string) => Promise<Made>;
  /** The part of the body that the fields are of, where refusals point into it. */
  prefix?: FieldPath;
  stale?: readonly QueryKey[];
  /** What is said when it is done, if anything is. */
  said?: (made: Made) => string;
  onDone?: (made: Made) => void;
  onClose: () => void;
  children: ReactNode;
}

/** A form over the page that writes one thing and closes. */
export function FormDialogue<Fields extends object, Made>({ title, act, danger = false, width, text, start, send, prefix, stale, said, onDone, onClose, children }: FormDialogueProps<Fields, Made>) {
  const { message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: send,
    ...(stale === undefined ? {} : { stale }),
    onDone: (made) => {
      if (said !== undefined) void message.success(said(made));
      onClose();
      leaveSaved(() => onDone?.(made));
    },
  });
  const refused = (error: unknown) => {
    setRest(showErrors(form, error, prefix));
    // Another changed it: the page behind reads it again, what is filled in stays, and the next try is of what is there then.
    if (isRefusal(error, "precondition-failed")) for (const queryKey of stale ?? []) void client.invalidateQueries({ queryKey });
  };
  return (
    <FormModal form={form} title={title} okText={act} okButtonProps={{ loading: write.isPending, danger }} onOk={() => form.submit()} onCancel={onClose} {...(width === undefined ? {} : { width })}>
      <Form form={form} layout="vertical" requiredMark={false} {...(start === undefined ? {} : { initialValues: start })} onFinish={(fields) => write.mutate(fields, { onError: (error) => refused(error) })}>
        {text !== undefined && <p style={{ marginBottom: 12 }}>{text}</p>}
        {children}
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}
