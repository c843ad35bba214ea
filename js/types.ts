/** The types that every entry point gives away. */
export type {
  AskedSelection,
  AskSelectionOptions,
  CreateFetchOptions,
  DocentError,
  DocentErrorCode,
  ElementReady,
  ElementSource,
  ElementStatus,
  PageContext,
  PageContextOptions,
  PageHeading,
  WhenElementReadyOptions,
} from "./docent_core.js";
export type { AskSelectionHandle } from "./entry.js";
