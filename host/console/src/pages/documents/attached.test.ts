import { expect, it } from "vitest";
import { typeOf } from "./attached";

it("a file is sent as what its name says, where its first bytes do not tell", () => {
  expect(typeOf({ name: "发票.OFD", type: "" })).toBe("application/ofd");
  // as a machine with a spreadsheet program calls it
  expect(typeOf({ name: "a.b.csv", type: "application/vnd.ms-excel" })).toBe("text/csv");
  expect(typeOf({ name: "scan.pdf", type: "application/pdf" })).toBe("application/pdf");
  expect([typeOf({ name: "run", type: "" }), typeOf({ name: "run.exe", type: "application/x-msdownload" })]).toEqual(["application/octet-stream", "application/x-msdownload"]);
});
