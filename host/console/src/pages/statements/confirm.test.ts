import { describe, expect, it } from "vitest";
import { ANOTHER, confirmationBody, whosePeople } from "./confirm";

describe("who confirmed a statement", () => {
  const rest = { date: "2026-11-03", evidence: " 盖章回函 " };

  it("is a contact, and nobody beside her", () => {
    expect(confirmationBody({ ...rest, contact: "con_1", by: "王敏", reason: "休假" })).toEqual({ date: "2026-11-03", evidence: "盖章回函", contact: "con_1" });
  });

  it("is another, with a reason where one is given", () => {
    expect(confirmationBody({ ...rest, contact: ANOTHER, by: " 王敏 ", reason: "休假" })).toEqual({ date: "2026-11-03", evidence: "盖章回函", by: "王敏", reason: "休假" });
    expect(confirmationBody({ ...rest, contact: ANOTHER, by: "王敏", reason: " " })).toEqual({ date: "2026-11-03", evidence: "盖章回函", by: "王敏" });
  });

  it("is hers, of who took her place, or of who pays for her", () => {
    expect(whosePeople({ id: "cus_1", merged_into: null })).toEqual(["cus_1"]);
    expect(whosePeople({ id: "cus_1", merged_into: "cus_2", parent: "cus_3" })).toEqual(["cus_1", "cus_2", "cus_3"]);
    expect(whosePeople({ id: "cus_1", merged_into: "cus_2", parent: "cus_2" })).toEqual(["cus_1", "cus_2"]);
  });
});
