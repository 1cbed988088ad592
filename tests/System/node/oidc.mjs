// A certified OpenID provider, panva's oidc-provider, with its pages for developers. Usage: node oidc.mjs '{"rita":["readers"]}'
// Those people are known, whatever their password, by their groups. Prints its issuer, and ends with its standard input.
import http from 'node:http';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import Provider from 'oidc-provider';

const people = JSON.parse(process.argv[2]);
const server = http.createServer().listen(0, '127.0.0.1');
await once(server, 'listening');

// Another site than the console's for a browser, which a port alone would not make it.
const issuer = `http://localhost:${server.address().port}`;
const provider = new Provider(issuer, {
  cookies: { keys: [randomUUID()] },
  features: { registration: { enabled: true } },
  claims: { openid: ['sub', 'groups'], profile: ['name'] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => Object.hasOwn(people, id) ? { accountId: id, claims: () => ({ sub: id, name: `${id} at the provider`, groups: people[id] }) } : undefined,
});
server.on('request', provider.callback());
console.log(issuer);
process.stdin.on('end', () => process.exit(0)).resume();
