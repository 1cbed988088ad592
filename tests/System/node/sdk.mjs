// @modelcontextprotocol/sdk 1.x, what most clients in use are built on. Usage: MCP_KEY=… node sdk.mjs URL
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { exercise } from './exercise.mjs';

const client = new Client({ name: 'system-test', version: '1.0.0' });
const transport = new StreamableHTTPClientTransport(new URL(process.argv[2]), { requestInit: { headers: { Authorization: `Bearer ${process.env.MCP_KEY}` } } });
await client.connect(transport);
await exercise(client, transport.protocolVersion, true);
