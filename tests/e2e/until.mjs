// Waits for what no event announces.
const POLL_MS = 10;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The first truthy value of `look`, asked again and again. `what` is for the failure; a function of it may tell more. */
export async function until(what, look, timeoutMs = 10_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${typeof what === "function" ? await what() : what}`);
    await sleep(POLL_MS);
  }
}
