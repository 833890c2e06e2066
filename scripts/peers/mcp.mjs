// A real MCP client (@modelcontextprotocol/sdk) for the shell. Prints one JSON document; exits 1 when the server refuses.
//   node mcp.mjs URL list                     tools/list
//   node mcp.mjs URL call TOOL [ARGUMENTS]    tools/call, ARGUMENTS as JSON
//   node mcp.mjs URL session                  opens a session, prints its id and leaves it open
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.env.MCP_PEERS}/node_modules/`);
const load = name => import(pathToFileURL(require.resolve(`@modelcontextprotocol/sdk/${name}`)).href);
const { Client } = await load('client/index.js');
const { StreamableHTTPClientTransport } = await load('client/streamableHttp.js');

const [url, action, tool, args = '{}'] = process.argv.slice(2);
const client = new Client({ name: 'mcp-gateway-demo', version: '1.0.0' }, { capabilities: {} });
const transport = new StreamableHTTPClientTransport(new URL(url));
const print = value => console.log(JSON.stringify(value, null, 2));
try {
  await client.connect(transport);
  if (action === 'list') {
    print((await client.listTools()).tools.map(t => t.name));
  } else if (action === 'call') {
    print((await client.callTool({ name: tool, arguments: JSON.parse(args) })).content);
  } else if (action === 'session') {
    print({ session: transport.sessionId, protocol: transport.protocolVersion });
    process.exit(0);
  } else {
    throw new Error(`unknown action ${action}: list, call or session`);
  }
  await transport.terminateSession();
  await client.close();
} catch (error) {
  print({ error: error.message, code: error.code });
  process.exit(1);
}
