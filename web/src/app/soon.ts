/** How long a page waits for its data before it shows skeletons, in milliseconds. */
const patience = 350;

/**
 * Waits for what a page fetches, but not for long. A server that is near
 * answers within this time, and the page comes whole instead of growing under
 * the eye. An error is the page's to show.
 */
export async function soon(...fetches: Promise<unknown>[]): Promise<void> {
  const late = new Promise((done) => setTimeout(done, patience));
  await Promise.race([Promise.allSettled(fetches), late]);
}
