const PAGES: Readonly<Record<string, string>> = {
  cus: "/customers/",
  doc: "/documents/",
  stm: "/statements/",
  mrg: "/customers/merges/",
  dft: "/documents/drafts/",
  dlv: "/deliveries/",
  imp: "/admin/imports/",
  bill: "/bills/",
  tin: "/tax-invoices/",
  bl: "/bank?line=",
  sus: "/bank/suspense?item=",
  run: "/statements?run=",
};

/** Where a subject leads, by its kind of id. */
export function placeOf(subject: string): string | null {
  const page = PAGES[subject.split("_")[0] ?? ""];
  return page === undefined ? null : page + subject;
}
