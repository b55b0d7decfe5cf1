/** What the number of a statement says of it, as the list's filters take it: its cut-off and its customer. */
export function statementQuery(text: string): { customer: string; cut_off: string } | null {
  const [, year, month, day, customer] = /^ST-(\d{4})(\d{2})(\d{2})-(.+)$/.exec(text) ?? [];
  return year === undefined || month === undefined || day === undefined || customer === undefined ? null : { customer, cut_off: `${year}-${month}-${day}` };
}
