import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import type { Session } from "@/api/shapes";
import { Problem } from "@/api/problem";
import { csrfHeader, onSessionEnd, setCsrf } from "@/api/transport";
import { suggestLanguage } from "@/i18n";
import { useCode } from "@/i18n/code";
import { forgetAll, isUnsaved } from "./forget";
import { CHANNEL, LEFT, meeting, placeOf } from "./windows";

type State = { is: "unknown" } | { is: "failed"; error: unknown } | { is: "out" } | { is: "in"; session: Session };

interface Doors {
  state: State;
  /** The session has ended in the middle of the work: who was here is asked for her password. */
  asking: Session | null;
  enter: (session: Session) => void;
  leave: () => Promise<void>;
  /** On to another company of hers. */
  change: (company: string) => Promise<void>;
  giveUp: () => void;
  look: () => void;
}

const Context = createContext<Doors | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<State>({ is: "unknown" });
  const [asking, setAsking] = useState<Session | null>(null);
  const answer = useRef<((ok: boolean) => void) | null>(null);
  const client = useQueryClient();
  const windows = useRef<BroadcastChannel | null>(null);
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    windows.current = channel;
    return () => {
      channel.close();
      windows.current = null;
    };
  }, []);

  const enter = useCallback(
    (session: Session) => {
      setCsrf(session.csrf_token);
      suggestLanguage(session.company.locale);
      setState((before) => {
        // Another person, or another company: nothing that was read before is hers to see.
        if (before.is === "in" && (before.session.person.id !== session.person.id || before.session.company.id !== session.company.id)) {
          client.clear();
          forgetAll();
        }
        return { is: "in", session };
      });
      setAsking(null);
      answer.current?.(true);
      answer.current = null;
    },
    [client],
  );

  const look = useCallback(() => {
    got(api.GET("/v1/session")).then(enter, (error: unknown) => {
      if (error instanceof Problem && error.status === 401) setState({ is: "out" });
      else setState({ is: "failed", error });
    });
  }, [enter]);

  const giveUp = useCallback(() => {
    answer.current?.(false);
    answer.current = null;
    setAsking(null);
    setCsrf(null);
    client.clear();
    forgetAll();
    setState({ is: "out" });
  }, [client]);

  const leave = useCallback(async () => {
    try {
      await got(api.DELETE("/v1/session", { params: { header: csrfHeader() } }));
    } catch (error) {
      // only a session that is over is left: whoever sits down here next must not find hers
      if (!(error instanceof Problem && error.status === 401)) throw error;
    }
    windows.current?.postMessage(LEFT);
    giveUp();
  }, [giveUp]);

  const change = useCallback(
    async (company: string) => {
      enter(await got(api.POST("/v1/session/company", { params: { header: csrfHeader() }, body: { company } })));
    },
    [enter],
  );

  useEffect(look, [look]);

  const current = state.is === "in" ? state.session : null;
  useEffect(() => {
    if (current === null) {
      onSessionEnd(null);
      return;
    }
    const ask = () =>
      new Promise<boolean>((resolve) => {
        answer.current = resolve;
        setAsking(current);
      });
    onSessionEnd(ask, async () => {
      const now = await got(api.GET("/v1/session")).catch(() => null);
      if (now === null || now.person.id !== current.person.id || now.company.id !== current.company.id) return ask();
      enter(now);
      return true;
    });
  }, [current, enter]);

  // Another window of the same browser may have gone on elsewhere, or a day may have passed: what stands here is of whose session it is.
  useEffect(() => {
    if (current !== null) windows.current?.postMessage(placeOf(current));
  }, [current]);
  useEffect(() => {
    const channel = windows.current;
    if (current === null || channel === null) return;
    const met = (now: Session) => {
      const what = meeting(current, now, isUnsaved());
      if (what === "same") return;
      if (what === "held") {
        setAsking(current);
        return;
      }
      if (what === "other") {
        // what waited for her password is not done by another, nor elsewhere
        answer.current?.(false);
        answer.current = null;
        location.hash = "#/";
      }
      enter(now);
    };
    const compare = () => {
      got(api.GET("/v1/session")).then(met, (error: unknown) => {
        if (error instanceof Problem && error.status === 401) setAsking(current);
      });
    };
    const heard = (event: MessageEvent<unknown>) => {
      if (event.data === LEFT && !isUnsaved()) giveUp();
      else if (event.data !== placeOf(current)) compare();
    };
    const seen = () => {
      if (document.visibilityState === "visible") compare();
    };
    channel.addEventListener("message", heard);
    document.addEventListener("visibilitychange", seen);
    return () => {
      channel.removeEventListener("message", heard);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [current, enter, giveUp]);

  const doors = useMemo(() => ({ state, asking, enter, leave, change, giveUp, look }), [state, asking, enter, leave, change, giveUp, look]);
  return <Context value={doors}>{children}</Context>;
}

export function useDoors(): Doors {
  const doors = use(Context);
  if (doors === null) throw new Error("outside of SessionProvider");
  return doors;
}

export function useSessionOrNull(): Session | null {
  const doors = use(Context);
  return doors?.state.is === "in" ? doors.state.session : null;
}

export function useSession(): Session {
  const session = useSessionOrNull();
  if (session === null) throw new Error("nobody is signed in");
  return session;
}

/** Who may do what, as the server has it. */
export function useRoles() {
  return useQuery({ queryKey: ["roles"], queryFn: () => got(api.GET("/v1/roles")), staleTime: Infinity });
}

interface Holder {
  verbs: readonly string[];
  /** As `money:enter`. */
  may?: readonly string[];
}

/** Whether somebody may: a verb to anything, or a noun's verb. */
const holds = ({ verbs, may }: Holder, permission: string) => (permission.includes(":") ? (may ?? []).includes(permission) : verbs.includes(permission));

/** Why this person may not, in her words; `undefined` if she may. Where one of several is enough the first is named. The server decides again. */
export function useWhyNot(): (permission: string, ...or: string[]) => string | undefined {
  const session = useSession();
  const roles = useRoles();
  const { t } = useTranslation();
  const code = useCode();
  return (permission, ...or) => {
    const { person } = session;
    if ([permission, ...or].some((one) => holds({ ...person, verbs: person.permissions }, one))) return undefined;
    const list = (names: readonly string[]) => names.map((role) => code("role", role)).join(t("common.listComma"));
    const holders = (roles.data?.items ?? []).filter((role) => holds({ ...role, verbs: role.permissions.map((p) => p.name) }, permission)).map((role) => role.name);
    const [of, verb] = permission.includes(":") ? permission.split(":") : [undefined, permission];
    const named = of === undefined ? code("permission", verb) : t("session.permissionOf", { permission: code("permission", verb), noun: code("noun", of) });
    return t("session.noPermission", { permission: named, roles: list(holders), mine: list(person.roles) });
  };
}
