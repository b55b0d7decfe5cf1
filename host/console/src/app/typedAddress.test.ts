import { afterEach, describe, expect, it } from "vitest";
import { watchTyped } from "./typedAddress";

const type = (hash: string, state: unknown) => {
  history.pushState(state, "", hash);
  window.dispatchEvent(new PopStateEvent("popstate", { state }));
};

let end = () => undefined as void;
afterEach(() => end());

describe("an address that is typed over a form", () => {
  it("is asked about, and the form's own address is put back", () => {
    history.replaceState({ idx: 3 }, "", "#/customers/C1/edit");
    const asked: string[] = [];
    const passed: unknown[] = [];
    const router = () => passed.push(location.hash);
    window.addEventListener("popstate", router);
    end = watchTyped((to) => asked.push(to) > 0);
    type("#/reports/aging?edges=30", null);
    expect(asked).toEqual(["/reports/aging?edges=30"]);
    expect(location.hash).toBe("#/customers/C1/edit");
    expect(history.state).toEqual({ idx: 3 });
    expect(passed).toEqual([]);
    // What the router made it blocks itself; another filter of the same page is no other page; what is let go goes.
    type("#/bank", { idx: 2 });
    type("#/customers/C1/edit?x=1", null);
    expect([asked.length, passed.length]).toEqual([1, 2]);
    end();
    type("#/bank", null);
    expect([asked.length, passed.length]).toEqual([1, 3]);
    window.removeEventListener("popstate", router);
  });

  it("is itself a form's: going back to what the router made is asked about too", () => {
    history.replaceState(null, "", "#/documents/new/receipt?customer=C1001");
    const asked: string[] = [];
    const passed: unknown[] = [];
    const router = () => passed.push(location.hash);
    window.addEventListener("popstate", router);
    end = watchTyped((to) => asked.push(to) === 1);
    type("#/customers", { idx: 0 });
    expect([asked, passed, location.hash, history.state]).toEqual([["/customers"], [], "#/documents/new/receipt?customer=C1001", null]);
    // What is let go goes.
    type("#/customers", { idx: 0 });
    expect([asked.length, passed]).toEqual([2, ["#/customers"]]);
    window.removeEventListener("popstate", router);
  });
});
