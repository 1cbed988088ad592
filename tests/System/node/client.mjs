// @modelcontextprotocol/client 2.x against the product. Usage: MCP_KEY=… node client.mjs URL legacy|auto|2026-07-28
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { exercise } from './exercise.mjs';

const [url, mode] = process.argv.slice(2);
const client = new Client(
  { name: 'system-test', version: '1.0.0' },
  { versionNegotiation: { mode: mode === 'legacy' || mode === 'auto' ? mode : { pin: mode } } });
const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${process.env.MCP_KEY}` } } });
await client.connect(transport);
await exercise(client, client.getNegotiatedProtocolVersion(), client.getProtocolEra() === 'legacy');
