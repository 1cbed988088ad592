using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Identity;
using Platform.Api.Management;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Management;

/// <summary>
/// Every route of <c>/v1</c>, as the running product has it, and every kind of caller who may not (AU-6, AZ-4). A route that somebody adds is in the matrix by itself: it fails here when it
/// declares no permission, is open without being on the list, or answers another tenant.
/// </summary>
[Trait("Control", "AU-6"), Trait("Control", "AZ-4")]
public sealed partial class RouteMatrixTests(RouteMatrixTests.Matrix matrix) : IClassFixture<RouteMatrixTests.Matrix>
{
    /// <summary>What checks a secret of its own, and the description of the API, which has none.</summary>
    private static readonly string[] Open = ["bootstrap/state", "bootstrap/use", "openapi/get", "sessions/accept-invitation", "sessions/begin-oidc", "sessions/complete-oidc", "sessions/oidc-providers", "sessions/open"];

    /// <summary>What names no tenant and serves callers of every tenant.</summary>
    private static readonly string[] ForEverybody = 
    [
        "audit-checkpoints/list", "audit-keys/list", "logins/change-password", "logins/confirm-totp", "logins/disable-totp", "logins/enrol-totp", "logins/get", "operations/get", "personal-data/download-own",
        "personal-data/export-own", "roles/built-in", "sessions/close", "sessions/current", "sessions/end-all-own", "sessions/end-own", "sessions/list-own",
    ];

    /// <summary>What names a tenant and serves operators only.</summary>
    private static readonly string[] ForPlatform =
    [
        "audit-findings/accept", "hosts/add", "hosts/remove", "rate-limit-plans/assign", "rate-limit-plans/unassign", "tenants/approve-resume", "tenants/delete", "tenants/purge", "tenants/restore", "tenants/resume",
        "tenants/suspend",
    ];

    /// <summary>What does not end by itself once it is served: its own tests read it.</summary>
    private static readonly string[] Streams = ["audit/stream"];

    [Fact]
    public void The_permissions_that_there_are_are_those_that_routes_and_MCP_ask_for() =>
        Assert.Equal(
            matrix.Platform.Routes.SelectMany(Needed).Select(needed => (needed.Area, needed.Action)).Append(("tools", "call")).Distinct().Order(),
            KnownPermissions.All.Order());

    [Theory]
    [InlineData("PATCH", "/v1/tenants", "GET, POST")]
    [InlineData("DELETE", "/v1/roles", "GET")]
    [InlineData("PUT", "/v1/tenants/demo/keys", "GET, POST")]
    public async Task A_method_that_an_address_does_not_know_is_405_and_those_that_it_knows_are_named(string method, string path, string known)
    {
        var reply = await matrix.Platform.Rest(new HttpMethod(method), path, new { });

        Assert.Equal((405, "method-not-allowed", known), (reply.Status, reply.Json.GetProperty("code").GetString(), reply.Header("Allow")));
        Assert.Equal(401, (await matrix.Platform.Rest(new HttpMethod(method), path, new { }, "")).Status);
        Assert.Equal(404, (await matrix.Platform.Rest(new HttpMethod(method), "/v1/nothing", new { })).Status);
    }

    /// <summary>What a route needs in a tenant and, where it names one, what it needs for <c>_sys</c>.</summary>
    private static IEnumerable<Permission> Needed(RouteEndpoint route)
    {
        if (route.Metadata.GetMetadata<ManagementOperation>() is not { Permission: { } inTenant } operation)
        {
            yield break;
        }

        yield return inTenant;
        if (route.RoutePattern.GetParameter(TenantReach.Parameter) is not null)
        {
            yield return TenantReach.Needed(new DefaultHttpContext { Request = { RouteValues = { [TenantReach.Parameter] = "_sys" } } }, operation);
        }
    }

    private IEnumerable<Route> Guarded => matrix.Routes.Where(route => !Open.Contains(route.Operation, StringComparer.Ordinal));

    private IEnumerable<Route> OfTenant => Guarded.Where(route => route.NamesTenant);

    [Fact]
    public void There_are_routes_to_judge()
    {
        Assert.InRange(matrix.Routes.Count, 25, 1_000);
        Assert.Contains(matrix.Routes, route => route is { NamesTenant: true, Method: "POST" });
        Assert.Contains(matrix.Routes, route => route is { NamesTenant: false, Method: "GET" });
    }

    [Fact]
    public void Every_route_declares_its_operation_and_the_open_ones_are_these() =>
        Assert.Equal(Open, matrix.Routes.Where(route => route.Area is null).Select(route => route.Operation).Order(StringComparer.Ordinal));

    [Fact]
    public void Routes_without_a_tenant_that_tenants_may_use_are_these() =>
        Assert.Equal(ForEverybody, Guarded.Where(route => route.Audience == ManagementAudience.Everybody).Select(route => route.Operation).Order(StringComparer.Ordinal));

    [Fact]
    public void Routes_of_a_tenant_that_only_operators_may_use_are_these() =>
        Assert.Equal(ForPlatform, Guarded.Where(route => route.Audience == ManagementAudience.Platform).Select(route => route.Operation).Order(StringComparer.Ordinal));

    [Fact]
    public void A_route_that_speaks_of_a_tenant_calls_it_tenant() =>
        Assert.All(matrix.Routes.Where(route => route.Pattern.Contains("/tenants/{", StringComparison.Ordinal)), route => Assert.True(route.NamesTenant, route.ToString()));

    [Fact]
    public async Task Nobody_is_answered_without_a_credential_of_the_management_API() =>
        await ExpectAsync(
            Guarded.SelectMany(route => matrix.NoCredentials, (route, bad) => (Route: route, Bad: bad)),
            async pair => (await AskAsync(pair.Route, matrix.Mine.Slug, pair.Bad.Value)) is var reply && reply.Status == 401 && (pair.Route.Method == "HEAD" || reply.TextWithoutIds.Contains("\"unauthenticated\"", StringComparison.Ordinal))
                ? null
                : $"{pair.Route} with {pair.Bad.Key}: {reply}");

    [Fact]
    public async Task Another_tenants_manager_is_answered_as_if_the_tenant_did_not_exist() =>
        await ExpectAsync(OfTenant, async route =>
        {
            var theirs = await AskAsync(route, matrix.Mine.Slug, matrix.Stranger);
            var nowhere = await AskAsync(route, Nobody(), matrix.Stranger);
            return theirs.Status == 404 && theirs.TextWithoutIds == nowhere.TextWithoutIds && nowhere.Status == 404 ? null : $"{route}: {theirs} and {nowhere}";
        });

    [Fact]
    public async Task A_manager_of_the_tenant_without_the_permission_is_refused() =>
        await ExpectAsync(OfTenant, async route => await AskAsync(route, matrix.Mine.Slug, matrix.Weak) is { Status: 403 } ? null : route.ToString());

    [Fact]
    public async Task A_manager_of_a_tenant_is_refused_where_no_tenant_is_named() =>
        await ExpectAsync(
            Guarded.Where(route => !route.NamesTenant && route.Audience is null),
            async route => await AskAsync(route, "", matrix.Manager) is { Status: 403 } ? null : route.ToString());

    [Fact]
    public async Task A_manager_of_the_tenant_is_refused_what_only_operators_do() =>
        await ExpectAsync(
            OfTenant.Where(route => route.Audience == ManagementAudience.Platform),
            async route => await AskAsync(route, matrix.Mine.Slug, matrix.Manager) is { Status: 403 } ? null : route.ToString());

    [Fact]
    public async Task A_manager_of_the_tenant_reads_all_of_its_own() =>
        await ExpectAsync(
            OfTenant.Where(route => route.Method == "GET" && route.Audience is null && !Streams.Contains(route.Operation, StringComparer.Ordinal)),
            async route => await AskAsync(route, matrix.Mine.Slug, matrix.Manager) is var reply && IsServed(reply) ? null : $"{route}: {reply}");

    [Fact]
    public async Task An_operator_reads_all_of_every_tenant() =>
        await ExpectAsync(
            Guarded.Where(route => route.Method == "GET" && !Streams.Contains(route.Operation, StringComparer.Ordinal)),
            async route => await AskAsync(route, matrix.Mine.Slug, matrix.Platform.AdminKey) is var reply && IsServed(reply) ? null : $"{route}: {reply}");

    [Fact]
    public async Task A_parameter_of_the_query_that_a_route_does_not_know_is_refused_by_its_name() =>
        await ExpectAsync(Guarded, async route =>
        {
            var reply = await matrix.Platform.Rest(new HttpMethod(route.Method), route.PathFor(matrix.Mine.Slug) + "?statsu=active", route.Method is "POST" or "PUT" or "PATCH" ? new { } : null);
            return reply.Status == 400 && (route.Method == "HEAD" || reply.Json.GetProperty("errors").TryGetProperty("statsu", out _)) ? null : $"{route}: {reply}";
        });

    [Fact]
    public async Task A_parameter_that_takes_words_takes_those_that_the_description_names_and_no_other() =>
        await ExpectAsync(
            Guarded.Where(route => !Streams.Contains(route.Operation, StringComparer.Ordinal)).SelectMany(route => route.Choices, (route, choice) => (Route: route, choice.Name, choice.Words)),
            async asked =>
            {
                var wrong = await matrix.Platform.Rest(new HttpMethod(asked.Route.Method), $"{asked.Route.PathFor(matrix.Mine.Slug)}?{asked.Name}={asked.Words[0].ToUpperInvariant()}");
                var right = await Task.WhenAll(asked.Words.Select(word => matrix.Platform.Rest(new HttpMethod(asked.Route.Method), $"{asked.Route.PathFor(matrix.Mine.Slug)}?{asked.Name}={word}")));
                return wrong.Status == 400 && wrong.Json.GetProperty("errors").TryGetProperty(asked.Name, out _) && right.All(IsServed) ? null : $"{asked.Route} {asked.Name}: {wrong} and {string.Join(' ', right.Select(reply => reply.Status))}";
            });

    [Theory]
    [InlineData("""{"reason":"it was taken"}""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("{} {}")]
    [InlineData("reason=taken")]
    public async Task A_body_that_says_something_is_refused_where_none_is_taken(string body)
    {
        // Each has a tenant of its own: what would be done after all is done to nobody else.
        var routes = Guarded.Where(route => !route.TakesBody && route.Method is not ("GET" or "HEAD")).ToArray();
        Assert.InRange(routes.Length, 30, 200);
        var tenant = await TenantClient.MakeAsync(matrix.Platform);

        await ExpectAsync(routes, async route =>
        {
            var reply = await matrix.Platform.RestRaw(new HttpMethod(route.Method), route.PathFor(tenant.Slug), Encoding.UTF8.GetBytes(body));
            return reply.Status == 400 && reply.Text.Contains("takes no body", StringComparison.Ordinal) ? null : $"{route}: {reply}";
        });

        Assert.Equal("active", (await matrix.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}")).Json.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("{}")]
    [InlineData(" { } ")]
    public async Task A_body_that_says_nothing_is_none(string body)
    {
        var (_, id) = await matrix.Platform.IssueKey(matrix.Mine.Slug, null, "power-user");

        var reply = await matrix.Platform.RestRaw(HttpMethod.Post, $"/v1/tenants/{matrix.Mine.Slug}/keys/{id}:revoke", Encoding.UTF8.GetBytes(body));

        Assert.Equal((200, "revoked"), (reply.Status, reply.Json.GetProperty("status").GetString()));
    }

    /// <summary>A made-up key or host of the route is not found; the tenant is.</summary>
    private static bool IsServed(Reply reply) => reply.Status == 200 || (reply.Status == 404 && !reply.Text.Contains("tenant-not-found", StringComparison.Ordinal));

    private Task<Reply> AskAsync(Route route, string slug, string credential) =>
        matrix.Platform.Rest(new HttpMethod(route.Method), route.PathFor(slug), route.Method is "POST" or "PUT" or "PATCH" ? new { } : null, credential);

    /// <summary>Another slug each time: a directory grain that is asked for the same unknown name many times at once refuses some.</summary>
    private static string Nobody() => $"nobody-{Guid.NewGuid():N}"[..20];

    private static async Task ExpectAsync<T>(IEnumerable<T> cases, Func<T, Task<string?>> fault)
    {
        var all = cases.ToArray();
        Assert.NotEmpty(all);
        Assert.Empty((await Task.WhenAll(all.Select(fault))).OfType<string>());
    }

    /// <summary>One method of one route.</summary>
    public sealed partial record Route(string Method, string Pattern, string Operation, string? Area)
    {
        internal ManagementAudience? Audience { get; init; }

        public bool TakesBody { get; init; }

        internal IReadOnlyList<QueryChoice> Choices { get; init; } = [];

        public bool NamesTenant => Pattern.Contains("{tenant}", StringComparison.Ordinal);

        /// <summary>With this tenant, and with names that nobody has for everything else.</summary>
        public string PathFor(string slug) => Parameter().Replace(Pattern.Replace("{tenant}", slug, StringComparison.Ordinal), "aaaaaaaa");

        [GeneratedRegex(@"\{[^}]*\}", RegexOptions.NonBacktracking)]
        private static partial Regex Parameter();
    }

    /// <summary>A product of its own: thousands of refusals are not the business of other tests.</summary>
    public sealed class Matrix : IAsyncLifetime
    {
        public PlatformApplication Platform { get; private set; } = null!;

        public TenantClient Mine { get; private set; } = null!;

        /// <summary>The tenant of the stranger.</summary>
        public TenantClient Theirs { get; private set; } = null!;

        public IReadOnlyList<Route> Routes { get; private set; } = [];

        /// <summary>What is no credential of the management API, by what it is.</summary>
        public IReadOnlyDictionary<string, string> NoCredentials { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

        /// <summary>A management key of the tenant that may do everything there but make keys.</summary>
        public string Manager { get; private set; } = "";

        /// <summary>A management key of the tenant with a role that manages and reads nothing.</summary>
        public string Weak { get; private set; } = "";

        /// <summary>A management key of another tenant that may do everything there.</summary>
        public string Stranger { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Platform = await PlatformApplication.StartAsync();
            Mine = await TenantClient.MakeAsync(Platform);
            Theirs = await TenantClient.MakeAsync(Platform);
            (Manager, Weak, Stranger) = (await ManagerOf(Mine, "admin"), await ManagerOf(Mine, await Mine.GivenRole(allow: ["tools:call"])), await ManagerOf(Theirs, "admin"));
            var (expired, revoked) = (await ManagerOf(Mine, "admin"), await ManagerOf(Mine, "admin"));
            await Platform.Rest(HttpMethod.Post, $"/v1/tenants/{Mine.Slug}/keys/{expired[10..18]}:rotate", new { overlapSeconds = 0 });
            await Platform.Rest(HttpMethod.Post, $"/v1/tenants/{Mine.Slug}/keys/{revoked[10..18]}:revoke");
            NoCredentials = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["none"] = "", ["garbage"] = "garbage", ["an expired key"] = expired, ["a revoked key"] = revoked, ["an MCP key"] = Mine.Key,
                ["an MCP key under the other prefix"] = KeyForge.OtherKind(Mine.Key), ["a made-up key"] = KeyForge.UnknownId(Manager), ["a wrong secret"] = KeyForge.OtherSecret(Manager),
            };
            Routes = [.. Platform.Routes.Where(endpoint => endpoint.RoutePattern.RawText?.StartsWith("/v1", StringComparison.Ordinal) == true).SelectMany(ReadAll)];
        }

        public ValueTask DisposeAsync() => Platform.DisposeAsync();

        private static IEnumerable<Route> ReadAll(RouteEndpoint endpoint)
        {
            var operation = endpoint.Metadata.GetMetadata<ManagementOperation>();
            return (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"]).Select(method =>
                new Route(method, endpoint.RoutePattern.RawText!, operation?.Name ?? "undeclared", operation?.Area) 
                {
                    Audience = endpoint.Metadata.GetMetadata<ManagementAudience>(),
                    Choices = endpoint.Metadata.GetOrderedMetadata<QueryChoice>(),
                    TakesBody = endpoint.Metadata.GetMetadata<JsonBody>() is not null || endpoint.Metadata.GetMetadata<BytesBody>() is not null,
                });
        }

        /// <summary>A management key of the tenant with this role.</summary>
        public async Task<string> ManagerOf(TenantClient tenant, string role) =>
            (await Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new { name = "manager", roles = new[] { role }, kind = "management" })).Json.GetProperty("secret").GetString()!;
    }
}
