/** Reports whether an address leads to this very computer, where no phone can follow. */
export function isLoopback(address: string): boolean {
  try {
    const { hostname } = new URL(address);
    return (
      hostname === "localhost" ||
      hostname.endsWith(".localhost") ||
      hostname === "[::1]" ||
      /^127(\.\d+){3}$/.test(hostname)
    );
  } catch {
    return true;
  }
}
