using System.Collections.Concurrent;
using System.Text.Json;
using Platform.Api.Tests.Support;
using Route = Platform.Api.Tests.Management.RouteMatrixTests.Route;

namespace Platform.Api.Tests.Management;

/// <summary>
/// Every route of <c>/v1</c>, asked by every kind of caller, leaves exactly one event: under the name of its operation, in the trail of the tenant that it concerns, with the id that the refusal
/// told (AL-1). What a route is asked here is mostly refused by its validation, or names what nobody has; what it does with an honest request is its own tests' business.
/// </summary>
[Trait("Control", "AL-1")]
public sealed class RouteAuditTests(RouteMatrixTests.Matrix matrix) : IClassFixture<RouteMatrixTests.Matrix>
{
    private const string Own = "_sys";

    /// <summary>What may end the caller, or the tenant: asked last, one after the other.</summary>
    private static readonly string[] Last =
    [
        "management-keys/batch-revoke", "keys/batch-revoke", "tenants/make-read-only", "tenants/make-writable", "tenants/suspend", "tenants/resume", "tenants/approve-resume", "tenants/delete", "tenants/restore",
        "tenants/purge", "tenants/revoke-credentials",
    ];

    /// <summary>What does not end by itself once it is served, so it has no answer to wait for: its own tests read its event.</summary>
    private static readonly string[] Streams = ["audit/stream"];

    [Fact]
    public Task Of_a_caller_whom_nobody_knows_it_is_in_the_platforms_trail() => SweepAsync(matrix.Mine.Slug, "garbage", _ => Own, isServed: false);

    [Fact]
    public Task Of_another_tenants_manager_it_is_in_the_trail_of_that_tenant_and_not_of_the_one_that_was_asked_for() =>
        SweepAsync(matrix.Mine.Slug, matrix.Stranger, _ => matrix.Theirs.Slug, isServed: false);

    [Fact]
    public Task Of_a_manager_without_the_permission_it_is_in_the_trail_of_the_tenant() => SweepAsync(matrix.Mine.Slug, matrix.Weak, _ => matrix.Mine.Slug, isServed: false);

    [Fact]
    public async Task Of_a_manager_of_the_tenant_it_is_in_the_trail_of_the_tenant()
    {
        var tenant = await TenantClient.MakeAsync(matrix.Platform);

        await SweepAsync(tenant.Slug, await matrix.ManagerOf(tenant, "admin"), _ => tenant.Slug, isServed: true);
    }

    [Fact]
    public async Task Of_an_operator_who_only_looks_it_is_in_the_platforms_trail_and_otherwise_in_that_of_the_tenant_that_is_named()
    {
        var tenant = await TenantClient.MakeAsync(matrix.Platform);
        var issued = await matrix.Platform.Rest(HttpMethod.Post, "/v1/management-keys", new { name = "operator", roles = new[] { "admin" } });

        await SweepAsync(tenant.Slug, issued.Json.GetProperty("secret").GetString()!, route => route.NamesTenant && route.Method is not ("GET" or "HEAD") ? tenant.Slug : Own, isServed: true);
    }

    [Fact]
    public async Task Of_an_operator_without_the_permission_it_is_where_it_would_be_with_it()
    {
        var issued = await matrix.Platform.Rest(HttpMethod.Post, "/v1/management-keys", new { name = "onlooker", roles = new[] { "user" } });

        await SweepAsync(matrix.Mine.Slug, issued.Json.GetProperty("secret").GetString()!, route => route.NamesTenant && route.Method is not ("GET" or "HEAD") ? matrix.Mine.Slug : Own, isServed: true);
    }

    private async Task SweepAsync(string slug, string credential, Func<Route, string> trailOf, bool isServed)
    {
        var trails = new[] { slug, matrix.Mine.Slug, matrix.Theirs.Slug, Own }.Distinct(StringComparer.Ordinal).ToArray();
        var before = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var trail in trails)
        {
            before[trail] = (await ReadAsync(trail, 1, null)).Items()[0].GetProperty("sequence").GetInt64();
        }

        var asked = new ConcurrentBag<(Route Route, string? Id)>();
        var routes = matrix.Routes.Where(route => route.Area is not null && !(isServed && Streams.Contains(route.Operation, StringComparer.Ordinal))).ToLookup(route => Array.IndexOf(Last, route.Operation));
        await Task.WhenAll(routes[-1].Select(AskAsync));
        foreach (var route in routes.Where(some => some.Key >= 0).OrderBy(some => some.Key).SelectMany(some => some))
        {
            await AskAsync(route);
        }

        var told = new List<Event>();
        foreach (var trail in trails)
        {
            told.AddRange((await SinceAsync(trail, before[trail])).Where(IsOfCaller).Select(one => new Event(Text(one, "action")!, trail, Text(one, "correlation"))));
        }

        Assert.NotEmpty(asked);
        var ids = asked.Select(one => one.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var expected = Lines(asked.Select(one => new Event(one.Route.Operation, trailOf(one.Route), one.Id)));
        var actual = Lines(told.Select(one => one with { Correlation = ids.Contains(one.Correlation!) ? one.Correlation : null }));
        Assert.Equal(("", ""), (string.Join('\n', Without(expected, actual)), string.Join('\n', Without(actual, expected))));

        async Task AskAsync(Route route)
        {
            var reply = await matrix.Platform.Rest(new HttpMethod(route.Method), route.PathFor(slug), route.Method is "POST" or "PUT" or "PATCH" ? new { } : null, credential);
            asked.Add((route, reply.Header("Content-Type") == "application/problem+json" && route.Method != "HEAD" ? reply.Json.GetProperty("requestId").GetString() : null));
        }

        bool IsOfCaller(JsonElement one) => Text(one, "transport") == "rest" && Text(one, "credential") == (credential.Length > 18 ? credential[10..18] : null);
    }

    private static string[] Lines(IEnumerable<Event> events) => [.. events.Select(one => $"{one.Action} in {one.Trail} {one.Correlation}").Order(StringComparer.Ordinal)];

    /// <summary>What is left of one when each of the other was taken out once.</summary>
    private static List<string> Without(IEnumerable<string> some, IEnumerable<string> others)
    {
        var left = some.ToList();
        foreach (var other in others)
        {
            left.Remove(other);
        }

        return left;
    }

    private async Task<List<JsonElement>> SinceAsync(string trail, long sequence)
    {
        var (events, token) = (new List<JsonElement>(), (string?)null);
        while (true)
        {
            var page = await ReadAsync(trail, 200, token);
            var items = page.Items();
            events.AddRange(items.Where(item => item.GetProperty("sequence").GetInt64() > sequence).Select(item => item.GetProperty("event")));
            if (!page.Json.TryGetProperty("nextPageToken", out var next) || items.All(item => item.GetProperty("sequence").GetInt64() <= sequence))
            {
                return events;
            }

            token = next.GetString();
        }
    }

    private async Task<Reply> ReadAsync(string trail, int size, string? token)
    {
        var page = await matrix.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{trail}/audit-events?pageSize={size}{(token is null ? "" : $"&pageToken={token}")}");
        Assert.Equal(200, page.Status);
        return page;
    }

    private static string? Text(JsonElement one, string name) => one.TryGetProperty(name, out var value) ? value.GetString() : null;

    private sealed record Event(string Action, string Trail, string? Correlation);
}
