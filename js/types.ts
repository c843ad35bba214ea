/** The types that every entry point gives away. */
export type {
  CreateFetchOptions,
  DocentError,
  DocentErrorCode,
  DocentFetch,
  ElementError,
  ElementReady,
  ElementSource,
  ElementStatus,
  Session,
  WhenElementReadyOptions,
} from "./docent_core.js";
export type {
  AskedSelection,
  AskSelectionOptions,
  PageContext,
  PageContextOptions,
  PageHeading,
} from "./docent_page.js";
export type { AskSelectionHandle } from "./entry.js";
