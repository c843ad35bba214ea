/** The types that every entry point gives away. */
export type {
  AskedSelection,
  AskSelectionOptions,
  CreateFetchOptions,
  DocentError,
  DocentErrorCode,
  DocentFetch,
  ElementError,
  ElementReady,
  ElementSource,
  ElementStatus,
  PageContext,
  PageContextOptions,
  PageHeading,
  Session,
  WhenElementReadyOptions,
} from "./docent_core.js";
export type { AskSelectionHandle } from "./entry.js";
