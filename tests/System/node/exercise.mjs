// What both clients do, through their own API; one line of JSON for the test that started them.
export async function exercise(client, version, legacy) {
  const key = process.env.MEMORY_KEY;
  const text = result => result.content.map(part => part.text).join('');
  const tools = (await client.listTools()).tools.map(tool => tool.name);
  const echo = text(await client.callTool({ name: 'echo', arguments: { message: 'hello from node é中' } }));
  const set = await client.callTool({ name: 'memory_set', arguments: { key, value: 'kept' } });
  const got = text(await client.callTool({ name: 'memory_get', arguments: { key } }));
  const resources = (await client.listResources()).resources.map(resource => resource.uri);
  const read = (await client.readResource({ uri: `memory://${key}` })).contents[0].text;
  const templates = (await client.listResourceTemplates()).resourceTemplates.map(template => template.uriTemplate);
  const prompts = (await client.listPrompts()).prompts.map(prompt => prompt.name);
  const messages = (await client.getPrompt({ name: 'summarize_memory', arguments: { key } })).messages.length;
  const unknown = await client.callTool({ name: 'no_such_tool', arguments: {} }).then(() => 'answered', error => error.code ?? 'failed');
  if (legacy) {
    await client.ping();
  }

  await client.close();
  console.log(JSON.stringify({ version, tools, echo, set: set.isError !== true, got, resources, read, templates, prompts, messages, unknown }));
}
