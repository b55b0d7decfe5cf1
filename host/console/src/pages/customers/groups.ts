import { all } from "@/api/all";
import { api, got, tagged, type Schemas } from "@/api/client";
import { HELD } from "@/api/hooks";
import { bodyOf, fieldsOf, type Customer, type CustomerBody } from "./body";

export type Group = Schemas["CustomerGroupView"];

/** Groups by name, without those who are in none. */
export const namesOf = (groups: readonly Group[]): string[] => groups.flatMap(({ group }) => (group === null || group === undefined ? [] : [group]));

/** What forms and filters offer: a group is there as long as a customer is in it. */
export const groupNames = {
  queryKey: ["customer-groups", "names"],
  queryFn: async () => namesOf(await all((after) => got(api.GET("/v1/customer-groups", { params: { query: { limit: 200, after } } })), 2000)),
};

/** All of a group, archived ones too: as many as it counts. */
export const placeOf = (group: string): string => `/customers?group=${encodeURIComponent(group)}&archived=all`;

/** A customer whose group is changed, as she was when she was chosen. */
export const chosen = (code: string) => ({
  queryKey: ["group-of", code],
  queryFn: () => tagged(api.GET("/v1/customers/{id}", { params: { path: { id: code } } })),
  ...HELD,
});

/** All of a customer as it is, in another group or in none. */
export function inGroup(customer: Customer, group: string | undefined): CustomerBody {
  return { ...bodyOf({ ...fieldsOf(customer), group }), terms: customer.terms, address: customer.address };
}
