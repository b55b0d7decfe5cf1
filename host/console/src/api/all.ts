interface PageOf<T> {
  items: T[];
  next?: string | null;
}

/** All pages of what is small enough to be held: bank lines of a day's work, people. */
export async function all<T>(page: (after: string | undefined) => Promise<PageOf<T>>, most = 20_000): Promise<T[]> {
  const rows: T[] = [];
  let after: string | undefined;
  do {
    const found = await page(after);
    rows.push(...found.items);
    after = found.next ?? undefined;
  } while (after !== undefined && rows.length < most);
  return rows;
}
