import { ConfigProvider, Form, Input, Select, type FormInstance } from "antd";
import en from "antd/locale/en_GB";
import zh from "antd/locale/zh_CN";
import { act, createRef, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import i18next from "i18next";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Problem } from "@/api/problem";
import { chooseLanguage, start, useLanguage } from "@/i18n";
import { DayField } from "./fields";
import { showErrors } from "./forms";
import { CLEARED, CountField } from "./spoken";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let root: Root;
let place: HTMLElement;

function Spoken({ children }: { children: ReactNode }) {
  return (
    <ConfigProvider locale={useLanguage() === "en" ? en : zh} select={CLEARED}>
      {children}
    </ConfigProvider>
  );
}

const show = (children: ReactNode) => act(() => root.render(<Spoken>{children}</Spoken>));
const speak = (language: "en" | "zh-CN") =>
  act(async () => {
    chooseLanguage(language);
    while (i18next.language !== language) await new Promise((done) => setTimeout(done, 5));
  });
const names = () => [...place.querySelectorAll("button, [role=button]")].map((one) => one.getAttribute("aria-label"));

beforeAll(start);
beforeEach(() => {
  place = document.createElement("div");
  document.body.append(place);
  root = createRoot(place);
});
afterEach(() => {
  act(() => root.unmount());
  place.remove();
});

describe("what antd names itself", () => {
  it("is named in the person's language, and anew in another", async () => {
    await speak("zh-CN");
    show(
      <>
        <Select allowClear value="a" options={[{ value: "a", label: "甲" }]} />
        <DayField value="2026-11-28" />
        <Input allowClear={CLEARED} defaultValue="x" />
        <CountField value={3} min={1} />
      </>,
    );
    expect(names()).toEqual(["清除", "清除", "清除", "增大", "减小"]);
    await speak("en");
    expect(names()).toEqual(["Clear", "Clear", "Clear", "Increase", "Decrease"]);
    show(<CountField value={3} disabled />);
    expect(names()).toEqual([]);
    show(<CountField value={3} />);
    expect(names()).toEqual(["Increase", "Decrease"]);
  });
});

describe("what the server refused of a field", () => {
  it("is said in the language that is chosen afterwards", async () => {
    await speak("en");
    const form = createRef<FormInstance>();
    show(
      <Form ref={form}>
        <Form.Item name="name">
          <Input />
        </Form.Item>
      </Form>,
    );
    const refusal = new Problem({ code: "invalid-field", errors: [{ pointer: "/name", detail: "is required" }] }, new Response(null, { status: 422 }));
    await act(async () => {
      if (form.current !== null) showErrors(form.current, refusal);
      await new Promise((done) => setTimeout(done, 50));
    });
    const told = () => place.querySelector(".ant-form-item-explain-error")?.textContent;
    expect(told()).toBe("is required");
    await speak("zh-CN");
    expect(told()).toMatch(/^[\u4e00-\u9fff]+$/);
    await speak("en");
    expect(told()).toBe("is required");
  });
});
