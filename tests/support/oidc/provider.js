// A real OpenID provider for the tests, over HTTPS on 127.0.0.1. Says "ready PORT" when it listens.
// Anybody who types an address at its page (any password) is that person.
// Beside it, for the tests: POST /test/life?seconds=N (of access tokens), POST /test/drop (all
// grants end), GET /test/counts (tokens asked for), GET /test/tokens (all that were ever given),
// POST /test/break?status=N (of the token endpoint, 0: none any more).
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { pathToFileURL } from 'node:url';

const [modules, cert, key, port, introspectionSecret] = process.argv.slice(2);
const { default: Provider } = await import(
  pathToFileURL(`${modules}/oidc-provider/lib/index.js`).href
);

let life = 3600;
let broken = 0;
const counts = { token: 0 };
const origin = `https://127.0.0.1:${port}`;

const provider = new Provider(origin, {
  clients: [
    {
      client_id: 'mel-desktop',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: [
        'authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code',
      ],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/'],
    },
    {
      client_id: 'mail-server',
      client_secret: introspectionSecret,
      grant_types: [],
      response_types: [],
      redirect_uris: [],
    },
  ],
  scopes: ['openid', 'offline_access', 'mail'],
  cookies: { keys: ['only for tests'] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async (ctx, client) => client.grantTypeAllowed('refresh_token'),
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: true, allowedPolicy: async () => true },
  },
  ttl: {
    AccessToken: () => life,
    DeviceCode: () => life,
    Grant: 86400,
    Session: 86400,
    Interaction: 3600,
    AuthorizationCode: 60,
    RefreshToken: 86400,
    IdToken: 3600,
  },
  findAccount: async (ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, email: id }) }),
});

const issued = new Set();
provider.on('grant.success', (ctx) => {
  issued.add(ctx.oidc.entities.Grant?.jti ?? ctx.oidc.entities.Account?.grantId);
});
const tokens = [];
for (const kind of ['access_token', 'refresh_token', 'authorization_code']) {
  provider.on(`${kind}.saved`, (token) => tokens.push(token.jti));
}
provider.on('server_error', (ctx, error) => process.stderr.write(`${error.stack}\n`));

const handle = provider.callback();
createServer({ cert: readFileSync(cert), key: readFileSync(key) }, async (request, response) => {
  const url = new URL(request.url, origin);
  const say = (status, body = {}) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (url.pathname === '/test/life') {
    life = Number(url.searchParams.get('seconds'));
    return say(200);
  }
  if (url.pathname === '/test/break') {
    broken = Number(url.searchParams.get('status'));
    return say(200);
  }
  if (url.pathname === '/test/counts') return say(200, counts);
  if (url.pathname === '/test/tokens') return say(200, { tokens });
  if (url.pathname === '/test/drop') {
    for (const id of issued) {
      const grant = id && (await provider.Grant.find(id));
      if (grant) await grant.destroy();
    }
    return say(200, { dropped: issued.size });
  }
  if (url.pathname === '/token' && request.method === 'POST') {
    counts.token += 1;
    if (broken) return say(broken, { message: 'not the words of a provider' });
  }
  return handle(request, response);
}).listen(Number(port), '127.0.0.1', () => process.stdout.write(`ready ${port}\n`));
