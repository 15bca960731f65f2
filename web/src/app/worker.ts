type Policy = { createScriptURL: (address: string) => string };
type Factory = {
  createPolicy: (name: string, rules: { createScriptURL: (address: string) => string }) => Policy;
};

const address = "/sw.js";

/**
 * Registers the service worker, which knows the offline page and nothing else.
 * Browsers with Trusted Types take its address only from the policy `audipy`,
 * which lets through this one address.
 */
export function registerWorker() {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  const factory = (window as { trustedTypes?: Factory }).trustedTypes;
  const policy = factory?.createPolicy("audipy", {
    createScriptURL: (wanted) => {
      if (wanted !== address) throw new TypeError("not a script of this application");
      return wanted;
    },
  });
  // Without a worker only the offline page is missing.
  navigator.serviceWorker.register(policy?.createScriptURL(address) ?? address).catch(() => {});
}
