"use client";
/** The hook `useDocent`: hands React's state to the wasm and back. What is decided is decided there. */
import { type ChatKitControl, type UseChatKitOptions, useChatKit } from "@openai/chatkit-react";
import { useCallback, useEffect, useInsertionEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";

import type { DocentError, DocentFetch } from "./docent_core.js";
import type { AskedSelection, AskQueue, AskRequest } from "./docent_page.js";
import { type Sources, connect, loadPage } from "./entry.js";
import type { DocentSession, DocentStatus, UseDocentOptions, UseDocentReturn } from "./react-options.js";

const NAME = "openai-chatkit";
const IDLE: DocentStatus = { state: "idle", name: NAME };
const UNKNOWN: DocentSession = { state: "unknown" };

/** Makes the hook over the wasm that `sources` give. */
export function connectHook(sources: Sources): (options: UseDocentOptions) => UseDocentReturn {
  const docent = connect(sources);

  /** The chat element's `api.fetch`; everything that may change is read when a request is sent. */
  function useApiFetch(options: UseDocentOptions): [DocentFetch, DocentSession] {
    const latest = useLatest(options);
    const [store] = useState(() => makeStore(UNKNOWN));
    const { credentials, allowedOrigins, allowAnonymous, token, isSignedIn } = options.identity ?? {};
    const login = typeof options.signIn === "function" ? undefined : options.signIn;
    const [hasToken, hasGate] = [token !== undefined, isSignedIn !== undefined];
    const plain = { apiUrl: options.api.url, allowedOrigins, credentials, allowAnonymous, signIn: login };
    const apiFetch = useMemo(() => {
      const identity = () => latest.current.identity;
      return docent.createFetch({
        ...plain,
        onSession: store.set,
        token: hasToken ? (rejected) => valueOf(identity()?.token, rejected) : undefined,
        isSignedIn: hasGate ? () => valueOf(identity()?.isSignedIn) : undefined,
        withoutWasm: latest.current.withoutWasm,
        developmentUserId: () => valueOf(identity()?.developmentUserId),
        userInfo: () => valueOf(identity()?.userInfo),
        pageContext: () => {
          const wish = latest.current.pageContext ?? true;
          if (typeof wish === "function") return wish();
          return wish === false ? null : docent.pageContext(wish === true ? undefined : wish);
        },
        fetch: (input, init) => (latest.current.api.fetch ?? globalThis.fetch)(input, init),
      });
    }, [JSON.stringify(plain), hasToken, hasGate, latest, store]);
    const session = useSyncExternalStore(store.subscribe, store.get, () => UNKNOWN);
    const isOut = session.state === "signed_out";
    // That the wasm cannot be loaded is told by the status.
    const check = useCallback(() => void apiFetch.session().catch(() => {}), [apiFetch]);
    // What is no function is another one for whoever signs in or out on this page.
    useEffect(() => {
      if (hasToken || hasGate) check();
    }, [check, typeof token === "function" || token, typeof isSignedIn === "function" || isSignedIn]);
    useEffect(() => {
      if (!isOut) return;
      // Whoever signs in elsewhere comes back to this window.
      window.addEventListener("focus", check);
      return () => window.removeEventListener("focus", check);
    }, [check, isOut]);
    return [apiFetch, session];
  }

  /** Waits for the element as long as the component is mounted. */
  function useStatus(script: UseDocentOptions["script"]): [DocentStatus, () => void] {
    const latest = useLatest(script);
    const [store] = useState(() => makeStore(IDLE));
    const [attempt, setAttempt] = useState(0);
    const { url, nonce, integrity, timeoutMs, slowMs, retries, load } = script ?? {};
    useEffect(() => {
      const controller = new AbortController();
      const tell = (status: DocentStatus) => {
        if (!controller.signal.aborted) store.set(status);
      };
      const options = { ...latest.current, url: undefined, scriptUrl: url, signal: controller.signal, onStatus: tell };
      docent.whenElementReady(options).catch((error: DocentError) => {
        // Those of the element were told by `onStatus`; what fails before it can be is told here.
        if (error.code === "wasm_unavailable" || error.code === "invalid_option") tell({ ...IDLE, state: "error", error });
      });
      return () => controller.abort();
    }, [attempt, store, latest, url, nonce, integrity, timeoutMs, slowMs, retries, load]);
    const status = useSyncExternalStore(store.subscribe, store.get, () => IDLE);
    return [status, useCallback(() => setAttempt((last) => last + 1), [])];
  }

  /** Questions wait here for an element on the page, and in the wasm's queue until that element can take them. */
  function useQuestions(element: HTMLElement | null, isReady: boolean) {
    const [isBusy, setIsBusy] = useState(false);
    const [queue, setQueue] = useState<AskQueue | null>(null);
    const [waiting] = useState<Waiting[]>(() => []);
    useEffect(() => {
      if (!element) return;
      let isOver = false;
      let made: AskQueue | undefined;
      const start = async () => {
        const page = await loadPage(sources.page);
        if (isOver) return;
        made = page.askQueue({ element, onBusy: setIsBusy });
        setQueue(made);
      };
      start().catch(console.error);
      return () => {
        isOver = true;
        made?.destroy();
        setQueue(null);
        setIsBusy(false);
      };
    }, [element]);
    useEffect(() => {
      if (!queue) return;
      if (isReady) queue.usable();
      for (const { request, resolve, reject } of waiting.splice(0)) queue.ask(request).then(resolve, reject);
    }, [queue, isReady, waiting]);
    const push = useCallback(
      (request: AskRequest) =>
        queue
          ? queue.ask(request)
          : new Promise<void>((resolve, reject) => void waiting.push({ request, resolve, reject })),
      [queue, waiting],
    );
    return { isBusy, push };
  }

  /** Shows the popover beside selected text while the component is mounted. */
  function usePopover(selection: UseDocentOptions["selection"], onAsk: (asked: AskedSelection) => void) {
    const latest = useLatest({ selection: selection || undefined, onAsk });
    const { root, onAsk: _, ...plain } = selection || {};
    const key = selection === false ? null : JSON.stringify(plain);
    const roots = Array.isArray(root) ? root[0] : root;
    useEffect(() => {
      if (key === null) return;
      const handle = docent.askSelection({
        ...latest.current.selection,
        onAsk: (asked) => {
          latest.current.selection?.onAsk?.(asked);
          latest.current.onAsk(asked);
        },
      });
      return () => handle.destroy();
    }, [key, roots, latest]);
  }

  return function useDocent(options) {
    const { api, identity: _, pageContext: __, withoutWasm: ___, signIn, selection, script, autoSend, onOpen, ...rest } = options;
    const [apiFetch, session] = useApiFetch(options);
    const chatKitOptions = {
      ...rest,
      api: { ...api, domainKey: api.domainKey ?? "local", fetch: apiFetch },
    } as UseChatKitOptions;
    const chat = useChatKit(chatKitOptions);
    const [status, retry] = useStatus(script);
    const [control, element] = useElement(chat.control);
    const { isBusy, push } = useQuestions(element, status.state === "ready" && session.state !== "signed_out");
    const [isOpen, setIsOpen] = useState(false);
    const [asked, setAsked] = useState<AskedSelection | null>(null);
    const latest = useLatest({ autoSend, onOpen, push, session, signIn });

    const ask = useCallback<UseDocentReturn["ask"]>(
      (selection, request) => {
        setAsked(selection);
        setIsOpen(true);
        latest.current.onOpen?.(selection);
        const prompt = valueOf(latest.current.autoSend, selection);
        const standard = prompt ? { prompt, send: true } : {};
        const text = [...(selection.snippets ?? []), selection].map((passage) => passage.text).join("\n\n");
        return latest.current.push({ ...standard, ...request, text });
      },
      [latest],
    );
    const send = useCallback<UseDocentReturn["send"]>(
      (prompt, request) => {
        setIsOpen(true);
        return latest.current.push({ ...request, prompt, send: true });
      },
      [latest],
    );
    const startSignIn = useCallback(() => {
      const { signIn, session } = latest.current;
      if (typeof signIn === "function") signIn(session.returnTo ?? "/");
      else if (session.signInUrl) window.location.assign(session.signInUrl);
    }, [latest]);
    const askAndReport = useCallback((asked: AskedSelection) => void ask(asked).catch(console.error), [ask]);
    usePopover(selection, askAndReport);

    return useMemo(
      () => ({ ...chat, control, status, retry, session, signIn: startSignIn, isBusy, isOpen, setIsOpen, selection: asked, ask, send }),
      [chat, control, status, retry, session, startSignIn, isBusy, isOpen, asked, ask, send],
    );
  };
}

interface Waiting {
  request: AskRequest;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** The element that `<ChatKit>` mounts. Its ref is inline, so React takes it away and gives it back at each render. */
function useElement(control: ChatKitControl): [ChatKitControl, HTMLElement | null] {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const current = useRef<HTMLElement | null>(null);
  const wrapped = useMemo<ChatKitControl>(
    () => ({
      ...control,
      setInstance(instance) {
        control.setInstance(instance);
        current.current = instance;
        queueMicrotask(() => setElement(current.current));
      },
    }),
    [control],
  );
  return [wrapped, element];
}

/** What a callback that outlives a render sees: the values of the last one. */
function useLatest<T>(value: T): { readonly current: T } {
  const latest = useRef(value);
  useInsertionEffect(() => {
    latest.current = value;
  });
  return latest;
}

function valueOf<T, A extends unknown[]>(value: T | ((...args: A) => T), ...args: A): T {
  return typeof value === "function" ? (value as (...args: A) => T)(...args) : value;
}

function makeStore<T>(initial: T) {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next: T) {
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
