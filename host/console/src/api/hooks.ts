import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { all } from "./all";
import { api, got } from "./client";
import { Intent } from "./intent";
import { isRefusal, Problem } from "./problem";
import { users as everybody } from "./whole";

interface PageOf<T, C> {
  items: T[];
  next?: C | null;
}

/** Work that others feed: what is kept of it is shown at once, and asked for again whenever it is come to. */
export const FED = { staleTime: 0 } as const;

/** A list that goes on by its cursor. */
export function useList<T, C = string>(key: QueryKey, page: (after: C | undefined) => Promise<PageOf<T, C>>, fresh: { staleTime?: number; refetchInterval?: number | false } = {}) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => page(pageParam as C | undefined),
    initialPageParam: undefined as C | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    ...fresh,
  });
  // Ten thousand lines are put together when a page has come, not at every key.
  const data = useMemo(() => query.data?.pages.flatMap((p) => p.items), [query.data]);
  return {
    data,
    error: query.error,
    isPending: query.isPending,
    refetch: query.refetch,
    hasMore: query.hasNextPage,
    isFetchingMore: query.isFetchingNextPage,
    fetchMore: query.fetchNextPage,
    /** Why the next page did not come, beside what is there. */
    moreError: query.isFetchNextPageError ? query.error : null,
  };
}

/** What a form starts from: it must not change under the person's hands. */
export const HELD = { staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false } as const;

/** Open items of a customer, or of all. */
export const openItems = (customer: string | undefined, most?: number) => ({
  queryKey: ["open-items", customer ?? null],
  queryFn: () => all((after) => got(api.GET("/v1/open-items", { params: { query: { customer, limit: 200, after } } })), most),
});

interface Write<Input, Output> {
  /** The key is the same for a second click and for a repetition after a lost connection. */
  run: (input: Input, key: string) => Promise<Output>;
  /** What has changed by it. */
  stale?: readonly QueryKey[];
  onDone?: (output: Output, input: Input) => void;
}

export function useWrite<Input, Output>({ run, stale = [], onDone }: Write<Input, Output>) {
  const client = useQueryClient();
  const [intent] = useState(() => new Intent());
  return useMutation({
    mutationFn: async (input: Input) => {
      try {
        const output = await run(input, intent.keyFor(input));
        intent.answered();
        return output;
      } catch (error) {
        if (error instanceof Problem && error.status < 500 && error.code !== "idempotency-key-in-flight") intent.answered();
        throw error;
      }
    },
    onSuccess: async (output, input) => {
      onDone?.(output, input);
      await Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
    },
    onError: (error) => {
      // Another changed it: what is shown is read again, and the next try is of that.
      if (isRefusal(error, "precondition-failed")) for (const queryKey of stale) void client.invalidateQueries({ queryKey });
    },
  });
}

/** For a write that may be refused because another has changed what it is of: that is read again, what is filled in stays, and the next try is of what is there then. */
export function useReread(queryKey: QueryKey) {
  const client = useQueryClient();
  return {
    onError: (error: unknown) => {
      if (isRefusal(error, "precondition-failed")) void client.invalidateQueries({ queryKey });
    },
  };
}

export const keyed = (key: string) => ({ "Idempotency-Key": key });

export function useCompany() {
  return useQuery({ queryKey: ["company"], queryFn: () => got(api.GET("/v1/company")), staleTime: 300_000 });
}

/** Names of people by id: rows say who with an id only. The host itself and standing policies are called what they are. */
export function usePeople(): (id: string | null | undefined) => string {
  const { t } = useTranslation();
  const users = useQuery({ queryKey: ["users"], queryFn: everybody, staleTime: 60_000, retry: false });
  return (id) => {
    if (id === null || id === undefined) return "";
    if (id === "system") return t("common.system");
    if (id.startsWith("policy:")) return t("common.policy", { name: id.slice("policy:".length) });
    const user = users.data?.items.find((u) => u.id === id || u.login === id);
    return user?.name ?? id;
  };
}

export function useCustomer(id: string | null | undefined) {
  return useQuery({
    queryKey: ["customer", id],
    queryFn: () => got(api.GET("/v1/customers/{id}", { params: { path: { id: id ?? "" } } })),
    enabled: id !== null && id !== undefined && id !== "",
    staleTime: 60_000,
  });
}
