using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tokens;
using Platform.Api;
using Platform.Silo;

namespace Platform.Testing;

/// <summary>
/// The whole product in this process, on free loopback ports and a data directory of its own: what tests speak HTTP to. Its methods tell intent;
/// tests never resolve services.
/// </summary>
public sealed class PlatformApplication : IAsyncDisposable
{
    private static readonly SemaphoreSlim Starting = new(1, 1);
    private readonly WebApplication _app;
    private readonly string _directory;

    private PlatformApplication(WebApplication app, string directory, JsonElement made)
    {
        (_app, _directory) = (app, directory);
        McpUrl = new Uri(made.GetProperty("mcpUrl").GetString()!);
        ManagementUrl = new Uri(made.GetProperty("managementUrl").GetString()!);
        ApiKey = made.GetProperty("apiKey").GetString()!;
        AdminKey = made.GetProperty("adminKey").GetString()!;
        BootstrapSecret = made.GetProperty("bootstrapSecret").GetString()!;
        HttpMessageHandler product = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        Http = new HttpClient(Around?.Invoke(ManagementUrl, product) ?? product);
    }

    /// <summary>What stands between the tests of an assembly and the products that they start from now on, to judge all answers. It gets the URL of the management API.</summary>
    public static Func<Uri, HttpMessageHandler, HttpMessageHandler>? Around { get; set; }

    /// <summary>The endpoint of the tenant <c>demo</c>.</summary>
    public Uri McpUrl { get; }

    public Uri ManagementUrl { get; }

    /// <summary>An MCP key of <c>demo</c> with the role admin.</summary>
    public string ApiKey { get; }

    /// <summary>A management key of the platform admin.</summary>
    public string AdminKey { get; }

    public string BootstrapSecret { get; }

    /// <summary>Follows no redirects and keeps no cookies.</summary>
    public HttpClient Http { get; }

    public string DataDirectory => _directory;

    /// <summary>Every route that the product has registered, whatever guards it.</summary>
    public IReadOnlyList<RouteEndpoint> Routes => [.. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    /// <param name="clock">Drives expiry, limits and ages; the system's when null.</param>
    /// <param name="configure">Last word on services, for fault injection.</param>
    /// <param name="settings">More of the command line, such as <c>--Platform:Domain=tenants.example</c>.</param>
    public static async Task<PlatformApplication> StartAsync(TimeProvider? clock = null, Action<IServiceCollection>? configure = null, params string[] settings)
    {
        var directory = Directory.CreateTempSubdirectory("mocopr-test-").FullName;
        return await StartInAsync(directory, null, clock, configure, settings);
    }

    /// <summary>The product on what this one has on disk now, which is what kill -9 would leave of it. Nothing may be written meanwhile.</summary>
    public async Task<PlatformApplication> StartOnRemainsAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        var directory = Directory.CreateTempSubdirectory("mocopr-test-").FullName;
        var data = Path.Combine(_directory, "data");
        foreach (var folder in Directory.EnumerateDirectories(data, "*", SearchOption.AllDirectories).Prepend(data))
        {
            Directory.CreateDirectory(Path.Combine(directory, Path.GetRelativePath(_directory, folder)), File.GetUnixFileMode(folder));
        }

        foreach (var file in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Where(IsKept))
        {
            // Byte for byte: the locks that this process has on its own databases do not matter for a copy.
            var copy = Path.Combine(directory, Path.GetRelativePath(_directory, file));
            using var from = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[RandomAccess.GetLength(from)];
            RandomAccess.Read(from, bytes, 0);
            await File.WriteAllBytesAsync(copy, bytes);
            File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return await StartInAsync(directory, this, null, null);
    }

    // What the product makes again by itself may be written at any time.
    private static bool IsKept(string file) =>
        Path.GetExtension(file) is not (".lock" or ".db-shm") && Path.GetFileName(file).Split('.')[0] is not ("audit-search" or "audit-sinks");

    private static async Task<PlatformApplication> StartInAsync(string directory, PlatformApplication? before, TimeProvider? clock, Action<IServiceCollection>? configure, params string[] settings)
    {
        // Ports are found by opening and closing them: two starts at once could find the same.
        await Starting.WaitAsync();
        try
        {
            var ports = FreePorts(4);
            var file = Path.Combine(directory, "first.json");
            var app = await PlatformHost.BuildAsync(
                [
                    $"--Platform:DataDirectory={Path.Combine(directory, "data")}",
                    .. before is null ? new[] { $"--Platform:Bootstrap:OutputFile={file}" } : [],
                    $"--Platform:Urls:Data=http://127.0.0.1:{ports[0]}",
                    $"--Platform:Urls:Management=http://127.0.0.1:{ports[1]}",
                    $"--Platform:Orleans:SiloPort={ports[2]}",
                    $"--Platform:Orleans:GatewayPort={ports[3]}",
                    .. settings,
                ],
                builder =>
                {
                    builder.Logging.ClearProviders();
                    if (clock is not null)
                    {
                        builder.Services.AddSingleton(clock);

                        // Orleans reads when a silo began from the system's clock and how long it has been joining from this one: where this one is ahead, a
                        // silo could take itself for one that never joined, and end the process of the tests.
                        builder.Services.Configure<ClusterMembershipOptions>(membership =>
                            (membership.EvictWhenMaxJoinAttemptTimeExceeded, membership.SiloGenerationRetirementAge) = (false, null));
                    }

                    // Deferred until the container is built: the product's own registrations come after this callback. An answer that this machine
                    // makes slowly stays a plain one, with its status; tests of streams set their own time. All tests of a product share an address, and what
                    // some are refused must not be the others' budget; tests of that budget set their own.
                    builder.Host.ConfigureContainer<IServiceCollection>((_, services) =>
                    {
                        services.Configure<ApiOptions>(api => (api.StreamAfter, api.RefusalsAtOnce) = (TimeSpan.FromMinutes(1), 1_000_000));
                        configure?.Invoke(services);
                    });
                });
            await app.StartAsync();
            return new PlatformApplication(app, directory, before is null
                ? JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(file))
                : JsonSerializer.SerializeToElement(new
                {
                    mcpUrl = $"http://127.0.0.1:{ports[0]}{before.McpUrl.AbsolutePath}",
                    managementUrl = $"http://127.0.0.1:{ports[1]}",
                    apiKey = before.ApiKey,
                    adminKey = before.AdminKey,
                    bootstrapSecret = before.BootstrapSecret,
                }));
        }
        finally
        {
            Starting.Release();
        }
    }

    /// <summary>A token that the tenant's own ring signed, as its authorization server would ask for it.</summary>
    public async Task<string> SignToken(string tenant, object claims, string type = "at+jwt", string? algorithm = null)
    {
        var id = await IdOf(tenant);
        var ring = _app.Services.GetRequiredService<TenantGrains>().For(id).The<IKeyRingGrain>();
        var signed = await ring.SignAsync(
            new SignJws { Type = type, Payload = claims as byte[] ?? JsonSerializer.SerializeToUtf8Bytes(claims, JsonSerializerOptions.Web), Algorithm = algorithm },
            new Caller(TenantId.Platform, "system", "test"));
        return signed.Try(out var token, out var refused) ? token.Compact : throw new InvalidOperationException(refused.Detail);
    }

    /// <summary>Takes access tokens back, as the tenant's authorization server would.</summary>
    public async Task RevokeTokens(string tenant, RevokedKind kind, string id)
    {
        var owner = await IdOf(tenant);
        var revocations = _app.Services.GetRequiredService<TenantGrains>().For(owner).The<ITokenRevocationGrain>();
        if (await revocations.RevokeAsync(kind, id, new Caller(TenantId.Platform, "system", "test")) is { } refused)
        {
            throw new InvalidOperationException(refused.Detail);
        }
    }

    private async Task<TenantId> IdOf(string tenant)
    {
        var grains = _app.Services.GetRequiredService<TenantGrains>();
        return (await grains.Platform.Get<ITenantDirectoryGrain>(tenant).FindAsync()).Try(out var id, out _) ? id : throw new InvalidOperationException("No such tenant.");
    }

    public Uri McpUrlOf(string tenant) => new(McpUrl, $"/t/{tenant}/mcp");

    /// <summary>A tenant that exists from now on.</summary>
    public async Task<JsonElement> GivenTenant(string slug, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { }, JsonSerializerOptions.Web)!.AsObject();
        body["slug"] = slug;
        return await Expect(await Manage(HttpMethod.Post, "/v1/tenants", body), HttpStatusCode.Created);
    }

    /// <summary>The secret of a new key, and its id.</summary>
    public async Task<(string Secret, string Id)> IssueKey(string tenant, object? more = null, params string[] roles)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { }, JsonSerializerOptions.Web)!.AsObject();
        body["name"] ??= "test key";
        body["roles"] = JsonSerializer.SerializeToNode(roles.Length == 0 ? ["admin"] : roles);
        var issued = await Expect(await Manage(HttpMethod.Post, $"/v1/tenants/{tenant}/keys", body), HttpStatusCode.Created);
        return (issued.GetProperty("secret").GetString()!, issued.GetProperty("key").GetProperty("id").GetString()!);
    }

    /// <summary>A user of a tenant (of the platform, when null) who has no password yet.</summary>
    public async Task GivenUser(string? tenant, string name, params string[] roles)
    {
        var owner = tenant is null ? "platform" : $"tenants/{tenant}";
        await Expect(await Manage(HttpMethod.Post, $"/v1/{owner}/principals", new { kind = "user", name, displayName = name, roles }), HttpStatusCode.Created);
    }

    /// <summary>A management request; with the admin key unless another credential (or none, "") is given.</summary>
    public Task<HttpResponseMessage> Manage(HttpMethod method, string path, object? body = null, string? credential = null, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(method, new Uri(ManagementUrl, path));
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch is null ? [] : [ifMatch]);
        Authorize(request, credential ?? AdminKey);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, options: JsonSerializerOptions.Web);
        }

        return Http.SendAsync(request);
    }

    /// <summary>A well-formed request of 2026-07-28; change what it should get wrong.</summary>
    public HttpRequestMessage ModernRequest(string method, object? parameters = null, string? name = null, string tenant = "demo", string? credential = null)
    {
        var body = JsonSerializer.SerializeToNode(parameters ?? new { }, JsonSerializerOptions.Web)!.AsObject();
        body["_meta"] = JsonSerializer.SerializeToNode(new Dictionary<string, object>
        {
            ["io.modelcontextprotocol/protocolVersion"] = "2026-07-28",
            ["io.modelcontextprotocol/clientCapabilities"] = new { },
        });
        var request = RawRequest(JsonSerializer.Serialize(new { jsonrpc = "2.0", id = 1, method, @params = body }), tenant, credential);
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", method);
        if (name is not null)
        {
            request.Headers.TryAddWithoutValidation("Mcp-Name", name);
        }

        return request;
    }

    /// <summary>Any body, with the HTTP headers every request needs and none of MCP's.</summary>
    public HttpRequestMessage RawRequest(string body, string tenant = "demo", string? credential = null) =>
        RawRequest(Encoding.UTF8.GetBytes(body), tenant, credential);

    public HttpRequestMessage RawRequest(byte[] body, string tenant = "demo", string? credential = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, McpUrlOf(tenant)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        Authorize(request, credential ?? ApiKey);
        return request;
    }

    /// <summary>Sends a request of 2026-07-28.</summary>
    public Task<HttpResponseMessage> Call(string method, object? parameters = null, string? name = null, string tenant = "demo", string? credential = null) =>
        Http.SendAsync(ModernRequest(method, parameters, name, tenant, credential));

    /// <summary>Calls a tool.</summary>
    public Task<HttpResponseMessage> CallTool(string tool, object arguments, string tenant = "demo", string? credential = null) =>
        Call("tools/call", new { name = tool, arguments }, tool, tenant, credential);

    /// <summary>The newest audit events of a tenant, newest first, as REST shows them.</summary>
    public async Task<JsonElement[]> AuditEvents(string tenant, int count = 20)
    {
        var page = await Expect(await Manage(HttpMethod.Get, $"/v1/tenants/{tenant}/audit-events?pageSize={count}"), HttpStatusCode.OK);
        // The list is in the order of time; the trail's own order is that of its sequence.
        return [.. page.GetProperty("items").EnumerateArray().OrderByDescending(item => item.GetProperty("sequence").GetInt64()).Select(item => item.GetProperty("event"))];
    }

    /// <summary>The body as JSON, after checking the status; the body is the message when it differs.</summary>
    public static async Task<JsonElement> Expect(HttpResponseMessage response, HttpStatusCode status)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            {
                // On a busy machine any call may take long enough to be answered by a stream: its last event is the answer.
                text = text.Split('\n').Last(line => line.StartsWith("data: ", StringComparison.Ordinal) && line.Length > 6)[6..];
            }

            return response.StatusCode == status
                ? JsonSerializer.Deserialize<JsonElement>(text.Length == 0 ? "null" : text)
                : throw new InvalidOperationException($"Expected {status}, got {response.StatusCode}: {text}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static void Authorize(HttpRequestMessage request, string credential)
    {
        if (credential.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential}");
        }
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }
}
