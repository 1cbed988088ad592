using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Api.Tests.Support;
using Platform.Hosting.Telemetry;
using Platform.Testing;

namespace Platform.Api.Tests.Audit;

/// <summary>Secrets go in wherever something can be written; afterwards none is in a log, a trace, a file of the data directory, an export or a sink (AL-3, ER-2).</summary>
[Trait("Control", "AL-3")]
public sealed class SecretCanaryTests
{
    [Fact]
    public async Task Secrets_of_many_kinds_through_every_input_are_found_nowhere()
    {
        var canaries = Canaries.All();
        var logs = new Capture();
        var traces = new ConcurrentQueue<(string Where, string Text)>();
        using var redaction = new RedactingTraces();
        using var listener = new ActivityListener
        {
            // What the product exports.
            ShouldListenTo = source => source.Name.StartsWith("Platform.", StringComparison.Ordinal) || source.Name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                // What stands between activities and their export.
                redaction.OnEnd(activity);
                Array.ForEach([.. activity.TagObjects], tag => traces.Enqueue((tag.Key, $"{tag.Value}")));
                traces.Enqueue((activity.Source.Name, $"{activity.DisplayName} {activity.StatusDescription} {string.Join(' ', activity.Baggage)}"));
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var syslog = new Receiver();
        var file = Path.Combine(Directory.CreateTempSubdirectory("mocopr-canary-").FullName, "audit.jsonl");
        var found = new List<string>();
        await using (var platform = await PlatformApplication.StartAsync(
            configure: services => services.AddSingleton<ILoggerProvider>(logs),
            settings: [$"--Platform:Audit:Sinks:File:Path={file}", $"--Platform:Audit:Sinks:Syslog:Endpoint=tcp://127.0.0.1:{syslog.Port}"]))
        {
            var tenant = await TenantClient.MakeAsync(platform);
            foreach (var canary in canaries)
            {
                await PutInAsync(tenant, canary.Value);
            }

            // Every canary was recorded, as its HMAC: nothing below is clean because nothing was written.
            var events = await tenant.Rest(HttpMethod.Get, "audit-events?pageSize=200");
            Assert.InRange(events.Items().Count(item => item.ToString().Contains("hmac:", StringComparison.Ordinal)), canaries.Length * 4, 200);
            var last = events.Items()[0].GetProperty("hash").GetString()!;
            found.AddRange(await FoundInExportsAsync(tenant, canaries));
            found.AddRange(await FoundInFilesAsync(Path.Combine(platform.DataDirectory, "data"), canaries));
            await UntilAsync(async () => File.Exists(file) && (await BytesAsync(file)).Contains(last, StringComparison.Ordinal) && syslog.Text.Contains(last, StringComparison.Ordinal));
        }

        found.AddRange(Scan("file sink", await BytesAsync(file), canaries));
        found.AddRange(Scan("syslog", syslog.Text, canaries));
        found.AddRange(Scan("log", string.Join('\n', logs.Lines), canaries));
        found.AddRange(traces.SelectMany(trace => Scan($"trace {trace.Where}", trace.Text, canaries)));
        Assert.NotEmpty(traces);
        Assert.Equal("", string.Join("; ", found.Distinct()));
    }

    [Fact]
    public async Task Real_credentials_that_were_used_are_found_nowhere()
    {
        var logs = new Capture();
        var found = new List<string>();
        await using (var platform = await PlatformApplication.StartAsync(configure: services => services.AddSingleton<ILoggerProvider>(logs)))
        {
            var tenant = await TenantClient.MakeAsync(platform);
            await tenant.CallTool();
            var session = await platform.Rest(HttpMethod.Post, "/v1/sessions", new { user = "admin", password = platform.BootstrapSecret });
            var webhook = await tenant.Rest(HttpMethod.Post, "webhooks", new { url = "https://hooks.example.com/in", events = new[] { "alert.raised" } });
            var client = await tenant.Rest(HttpMethod.Post, "oauth-clients", new { name = "machine", kind = "confidential", principal = $"svc_{tenant.KeyId}" });
            Canaries.Canary[] canaries =
            [
                Real("MCP key", tenant.Key), Real("management key", platform.AdminKey), Real("bootstrap secret", platform.BootstrapSecret),
                .. SecretsIn(session).Select(secret => Real("session", secret)), .. SecretsIn(webhook).Select(secret => Real("webhook secret", secret)), .. SecretsIn(client).Select(secret => Real("client secret", secret)),
            ];
            Assert.InRange(canaries.Length, 4, 20);
            found.AddRange(await FoundInExportsAsync(tenant, canaries));
            found.AddRange(await FoundInFilesAsync(Path.Combine(platform.DataDirectory, "data"), canaries));
            found.AddRange(Scan("log", string.Join('\n', logs.Lines), canaries));
        }

        Assert.Equal("", string.Join("; ", found.Distinct()));
    }

    private static Canaries.Canary Real(string kind, string secret) => new(kind, secret, secret[^24..]);

    /// <summary>Credentials of our own forms in an answer.</summary>
    private static IEnumerable<string> SecretsIn(Reply reply) =>
        reply.Text.Split('"').Where(text => text.Length > 30 && (text.StartsWith("mcp", StringComparison.Ordinal) || text.StartsWith("whsec_", StringComparison.Ordinal)));

    private static IEnumerable<string> Scan(string where, string text, Canaries.Canary[] canaries) =>
        canaries.Where(canary => text.Contains(canary.Core, StringComparison.OrdinalIgnoreCase)).Select(canary => $"{canary.Kind} in {where}");

    private static async Task<List<string>> FoundInExportsAsync(TenantClient tenant, Canaries.Canary[] canaries)
    {
        var found = new List<string>();
        foreach (var path in new[] { "audit-events?pageSize=200", "audit-events:export?count=10000", "audit-events:export?format=csv&count=10000", "audit-chain?count=1000" })
        {
            foreach (var trail in new[] { tenant.Slug, "_sys" })
            {
                var reply = await tenant.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{trail}/{path}");
                Assert.Equal(200, reply.Status);
                found.AddRange(Scan($"{path} of {trail}", reply.Text, canaries));
            }
        }

        using var bundle = await tenant.Platform.Manage(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/audit:export");
        using var zip = new ZipArchive(new MemoryStream(await bundle.Content.ReadAsByteArrayAsync()));
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            found.AddRange(Scan(entry.FullName, await reader.ReadToEndAsync(), canaries));
        }

        return found;
    }

    private static async Task<List<string>> FoundInFilesAsync(string directory, Canaries.Canary[] canaries)
    {
        var found = new List<string>();
        var files = Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path) is not ".lock").ToArray();
        Assert.Contains(files, path => Path.GetFileName(path) == "audit.db-wal");
        Assert.Contains(files, path => Path.GetFileName(path) == "grains.db");
        foreach (var path in files)
        {
            found.AddRange(Scan(Path.GetFileName(path), await BytesAsync(path), canaries));
        }

        return found;
    }

    /// <summary>Another process would have to wait for the databases' locks; bytes are read around them.</summary>
    private static async Task<string> BytesAsync(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[RandomAccess.GetLength(handle)];
        var length = await RandomAccess.ReadAsync(handle, bytes, 0);
        return Encoding.Latin1.GetString(bytes, 0, length);
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await isSo())
        {
            await Task.Delay(50, patience.Token);
        }
    }

    private static async Task PutInAsync(TenantClient tenant, string secret)
    {
        var escaped = Uri.EscapeDataString(secret);

        // What agents write: arguments, names, URIs, headers, the URL.
        await SendAsync(tenant.ToolRequest("echo", new { message = secret }));
        await SendAsync(tenant.ToolRequest("echo", new { unknown = secret }));
        await SendAsync(tenant.Request("tools/call", new { name = secret, arguments = new { } }, secret));
        await SendAsync(tenant.Request("prompts/get", new { name = secret, arguments = new { key = secret } }, secret));
        await SendAsync(tenant.Request("resources/read", new { uri = $"memory://{escaped}" }, $"memory://{escaped}"));
        await SendAsync(tenant.Request("resources/read", new { uri = $"https://docs.example/{escaped}?token={escaped}" }, $"https://docs.example/{escaped}?token={escaped}"));
        await SendAsync(tenant.With(secret).ToolRequest());
        foreach (var header in new[] { "X-Api-Key", "Cookie", "Mcp-Session-Id", "traceparent", "User-Agent", "Mcp-Method", "Mcp-Name", "Origin" })
        {
            var request = tenant.ToolRequest();
            request.Headers.Remove(header);
            request.Headers.TryAddWithoutValidation(header, secret);
            await SendAsync(request);
        }

        var inUrl = tenant.ToolRequest();
        inUrl.RequestUri = new Uri($"{inUrl.RequestUri}?access_token={escaped}");
        await SendAsync(inUrl);
        foreach (var form in new[] { "token", "revoke", "introspect" })
        {
            var parameters = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["grant_type"] = "authorization_code", ["code"] = secret, ["refresh_token"] = secret, ["client_id"] = "somebody", ["client_secret"] = secret, ["token"] = secret, ["code_verifier"] = secret,
            };
            await SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(tenant.Platform.McpUrl, $"/t/{tenant.Slug}/oauth/{form}")) { Content = new FormUrlEncodedContent(parameters) });
        }

        await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(tenant.Platform.McpUrl, $"/t/{tenant.Slug}/oauth/authorize?response_type=code&client_id={escaped}&state={escaped}&login_hint={escaped}")));

        // What operators write: bodies with unknown members and wrong values, names in routes, queries.
        await ManageAsync(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new { name = "n", roles = new[] { secret } });
        await ManageAsync(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new Dictionary<string, object> { ["name"] = "n", [secret] = secret });
        await ManageAsync(HttpMethod.Post, "/v1/tenants", new { slug = secret });
        await ManageAsync(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{escaped}:revoke", null);
        await ManageAsync(HttpMethod.Get, $"/v1/tenants/{escaped}", null);
        await ManageAsync(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/principals/{escaped}", null);
        await ManageAsync(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/resources/files/{escaped}", null);
        await ManageAsync(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/audit-events?principal={escaped}&pageToken={escaped}", null);
        await ManageAsync(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/audit-events:lookUp", new { value = secret });
        await ManageAsync(HttpMethod.Get, "/v1/tenants", null, secret);
        await ManageAsync(HttpMethod.Post, "/v1/sessions", new { user = "admin", password = secret, code = secret }, "");
        await ManageAsync(HttpMethod.Post, "/v1/sessions", new { user = secret, password = secret }, "");

        async Task SendAsync(HttpRequestMessage request) => await tenant.Send(request);

        async Task ManageAsync(HttpMethod method, string path, object? body, string? credential = null) => await tenant.Platform.Rest(method, path, body, credential);
    }

    /// <summary>Takes whatever a sender of syslog has to say, and reads each connection to its end.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly ConcurrentQueue<string> _parts = new();
        private readonly Task _serving;

        public Receiver()
        {
            _listener.Start();
            _serving = Task.Run(ServeAsync);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public string Text => string.Concat(_parts);

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
                    _parts.Enqueue(await reader.ReadToEndAsync());
                }
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException or IOException)
            {
                // The end of the test.
            }
        }
    }

    private sealed class Capture : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
