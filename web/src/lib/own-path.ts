/** Whether an address is a path of this application and nothing else. */
export function isOwnPath(address: string): boolean {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(address) && !address.includes("\\");
}
