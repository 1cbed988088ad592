// @modelcontextprotocol/client 2.x completes the OAuth flow. Usage: node oauth.mjs URL CLIENT_ID
// Prints one line with the address a browser has to open, then, when the flow is done, one line of JSON.
import http from 'node:http';
import { once } from 'node:events';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';

const [url, clientId] = process.argv.slice(2);
const server = http.createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const redirectUrl = `http://127.0.0.1:${server.address().port}/callback`;
const answered = new Promise(resolve => server.on('request', (request, response) => {
  const asked = new URL(request.url, redirectUrl);
  response.writeHead(asked.pathname === '/callback' ? 200 : 404, { 'Content-Type': 'text/plain', Connection: 'close' });
  response.end('You may go.', () => asked.pathname === '/callback' && resolve(asked.searchParams));
}));

let tokens, verifier, state;
const provider = {
  redirectUrl,
  clientMetadata: { client_name: 'system-test', redirect_uris: [redirectUrl], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'none' },
  state: () => (state = crypto.randomUUID()),
  clientInformation: () => ({ client_id: clientId }),
  tokens: () => tokens,
  saveTokens: given => { tokens = given; },
  redirectToAuthorization: address => console.log(address.toString()),
  saveCodeVerifier: given => { verifier = given; },
  codeVerifier: () => verifier,
};
const connect = async transport => {
  const client = new Client({ name: 'system-test', version: '1.0.0' });
  await client.connect(transport);
  return client;
};

const first = new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
const refused = await connect(first).then(() => undefined, failure => failure);
if (!(refused instanceof UnauthorizedError)) {
  throw refused ?? new Error('The endpoint served a client without a token.');
}

const query = await answered;
if (query.get('state') !== state) {
  throw new Error('The state is not ours.');
}

await first.finishAuth(query);
const client = await connect(new StreamableHTTPClientTransport(new URL(url), { authProvider: provider }));
const echo = await client.callTool({ name: 'echo', arguments: { message: 'with a token' } });
console.log(JSON.stringify({ echo: echo.content[0].text, type: tokens.token_type }));
await client.close();
server.close();
server.closeAllConnections();
