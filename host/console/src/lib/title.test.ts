import { expect, it } from "vitest";
import { titleOf } from "./title";

it("calls each tab of an area by its own name, and says none twice", () => {
  expect([titleOf("管理", "用户", "账本"), titleOf("客户", "客户", "账本"), titleOf("首页", "", "账本")]).toEqual(["管理 · 用户 · 账本", "客户 · 账本", "首页 · 账本"]);
});
