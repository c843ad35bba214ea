/** How an answer may differ where a difference is declared: each gives the check of one side. */

/** A refusal with this status, as JSON. */
export const refused = (status) => (answer) => answer.status === status && answer.type === "application/json" && answer.json === "<error>";

/** A success with JSON. */
export const accepted = (answer) => answer.status === 200 && answer.type === "application/json";

/** A failure without words. */
export const crashed = (answer) => answer.status === 500 && answer.type === "text/plain";

/** A stream that came to its end. */
export const streamed = (answer) => answer.status === 200 && answer.events?.length > 0 && !answer.broken;

/** A stream whose body breaks off. */
export const broken = (answer) => answer.status === 200 && answer.type === "text/event-stream" && answer.broken === true;

/** A stream that ends with the error event without words. */
export const failed = (answer) => answer.events?.some((event) => event.type === "error" && event.code === "stream.error") === true;

/** The types of a stream's events. */
export const kinds = (answer) => (answer.events ?? []).map((event) => event.type);

/** A difference declared as `id`, with a check of either side. */
export const differs = (id, docent, reference) => ({ id, docent, reference });

/** What is not there or not the user's: 404 against a 500. */
export const missing = differs("not-found", refused(404), crashed);

/** The same where a stream would begin: 404 against one that breaks off. */
export const missingStream = differs("not-found", refused(404), broken);
