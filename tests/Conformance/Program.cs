using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Mcp.Backends;
using Platform.Conformance;
using Platform.Conformance.Fixtures;
using Platform.Testing;

// A product with the fixtures of the official conformance suite behind one tenant, and a proxy that adds the credential the suite cannot send. Prints one
// line of JSON and runs until its input ends; then it says what the trail holds.
const string Tenant = FixtureBackend.Tenant;

// The suite polls tasks and floods nobody: what it must meet is a limit that is there.
var ample = new { permitsPerMinute = 60_000, burst = 2_000 };
var port = CredentialProxy.FreePort();
await using var platform = await PlatformApplication.StartAsync(configure: services =>
{
    services.AddSingleton<IMcpBackend, FixtureBackend>();
    services.AddSingleton<IMcpBackend, InputBackend>();
    services.AddSingleton<IMcpBackend, TaskBackend>();
    services.AddSingleton<IMcpBackend, FixtureResources>();
});
await platform.GivenTenant(Tenant, new { rateLimit = ample, allowedOrigins = new[] { $"http://127.0.0.1:{port}" } });
var (key, _) = await platform.IssueKey(Tenant, null, "admin");
await using var proxy = await CredentialProxy.StartAsync(port, platform.McpUrlOf(Tenant), key);
Console.WriteLine($$"""{"url":"{{proxy.Url}}"}""");
while (await Console.In.ReadLineAsync() is not null)
{
}

var verified = await PlatformApplication.Expect(await platform.Manage(HttpMethod.Post, $"/v1/tenants/{Tenant}/audit-events:verify"), HttpStatusCode.OK);
Console.WriteLine($$"""{"requests":{{proxy.Forwarded}},"accepted":{{proxy.Accepted}},"audit":{{verified.GetRawText()}}}""");
