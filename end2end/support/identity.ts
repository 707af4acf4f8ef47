import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Provider from 'oidc-provider';
import { invented } from './citizen.ts';

/** What the provider and the product both know, in tests alone. */
const secret = 'a-secret-of-the-tests-alone';

/** The certified OpenID provider of the npm package, with a page to sign in and one to agree. */
export class IdentityProvider {
  readonly issuer: string;
  readonly #http: HttpServer;

  private constructor(http: HttpServer, issuer: string) {
    this.#http = http;
    this.issuer = issuer;
  }

  /** A provider for the product at `site`. Whoever signs in as `n` is the invented person of that number. */
  static async open(site: string): Promise<IdentityProvider> {
    const http = createServer();
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'jinquan',
          client_secret: secret,
          redirect_uris: [`${site}/sign-in/city-id/callback`],
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      ],
      scopes: ['openid', 'profile', 'real_name'],
      claims: { openid: ['sub'], profile: ['name'], real_name: ['identity_number'] },
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      cookies: { keys: ['keys', 'of', 'tests'] },
      findAccount: (_: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, ...invented(Number(id)) }),
      }),
    });
    http.on('request', provider.callback());
    return new IdentityProvider(http, issuer);
  }

  /** Writes the settings of the product that trust this provider; gives their name. */
  async settings(folder: string, site: string): Promise<string> {
    await writeFile(join(folder, 'secret'), secret);
    const file = join(folder, 'jinquan.toml');
    await writeFile(
      file,
      `public_url = "${site}"

[[entrances]]
id = "city-id"
kind = "oidc"
names = { zh-Hant = "城市帳號", zh-Hans = "城市账号", en = "City account" }
real_name_level = 3
issuer = "${this.issuer}"
client_id = "jinquan"
client_secret_file = "secret"
scopes = ["profile", "real_name"]
claims = { name = "/name", number = "/identity_number" }
`,
    );
    return file;
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }
}

/** An address on this machine that nobody listens at, for a server that others must know beforehand. */
export async function freeSite(): Promise<string> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return `http://127.0.0.1:${port}`;
}
