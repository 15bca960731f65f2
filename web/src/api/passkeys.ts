import { api } from "./client";

/** Whether this browser can make passkeys and give them. */
export function passkeysHere(): boolean {
  return (
    typeof PublicKeyCredential === "function" &&
    "parseCreationOptionsFromJSON" in PublicKeyCredential
  );
}

/** The person didn't choose a passkey, or took too long; nothing has happened. */
export class PasskeyStopped extends Error {
  override readonly name = "PasskeyStopped";
}

/** The device holds a passkey for this account already. */
export class PasskeyKnown extends Error {
  override readonly name = "PasskeyKnown";
}

type Asked<T> = { publicKey: T };

/** Lets the browser make a passkey and returns what the server wants to know of it. */
export async function makePasskey(): Promise<object> {
  const { publicKey } =
    await api.post<Asked<PublicKeyCredentialCreationOptionsJSON>>("/me/passkeys/options");
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey);
  return answer(navigator.credentials.create({ publicKey: options }));
}

/** Asks for a passkey by what stands at `path` and hands the answer in there. */
export async function givePasskey<T>(path: string, more: object = {}): Promise<T> {
  const { publicKey } = await api.post<Asked<PublicKeyCredentialRequestOptionsJSON>>(
    `${path}/options`,
  );
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey);
  const credential = await answer(navigator.credentials.get({ publicKey: options }));
  return api.post<T>(path, { credential, ...more });
}

async function answer(asked: Promise<Credential | null>): Promise<object> {
  try {
    const given = await asked;
    if (given instanceof PublicKeyCredential) return given.toJSON();
  } catch (error) {
    if (error instanceof DOMException && error.name === "InvalidStateError")
      throw new PasskeyKnown();
    if (!(error instanceof DOMException)) throw error;
  }
  throw new PasskeyStopped();
}
