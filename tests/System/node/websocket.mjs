// WebSocket clients of @modelcontextprotocol/sdk, today's 1.x and the 1.0.x of 2024. Usage: MCP_KEY=… node websocket.mjs URL sdk|sdk-1.0
import { WebSocket } from 'ws';
import { exercise } from './exercise.mjs';

const [url, sdk] = process.argv.slice(2);

// The SDK's transport takes a URL and nothing else, and makes its socket with the global WebSocket, as browsers have it. Outside of a browser the global can be
// one that adds the header: everything else is the SDK's own.
globalThis.WebSocket = class extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { headers: { Authorization: `Bearer ${process.env.MCP_KEY}` } });
  }
};

const name = sdk === 'sdk' ? '@modelcontextprotocol/sdk' : sdk;
const { Client } = await import(`${name}/client/index.js`);
const { WebSocketClientTransport } = await import(`${name}/client/websocket.js`);
const client = new Client({ name: 'system-test', version: '1.0.0' }, { capabilities: {} });
const transport = new WebSocketClientTransport(new URL(url));

// Nothing of either SDK tells which version was agreed on over this transport: the message does.
let version;
const start = transport.start.bind(transport);
transport.start = async () => {
  const take = transport.onmessage;
  transport.onmessage = message => {
    version ??= message.result?.protocolVersion;
    take(message);
  };
  await start();
};
await client.connect(transport);
await exercise(client, version, true);
