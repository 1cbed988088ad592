using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Mcp.Nodes;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Audit;

[Trait("Control", "AL-1")]
public sealed class AuditTailTests(Product product)
{
    [Fact]
    public async Task Events_come_as_they_are_stored_and_only_those_that_were_asked_for()
    {
        var tenant = await product.GivenTenant();
        using var all = await Open(tenant);
        using var lists = await Open(tenant, "?action=tools/list");
        await tenant.CallTool();
        await tenant.Call("tools/list");

        Assert.Equal(["tools/call", "tools/list"], await Actions(all, 2));
        Assert.Equal(["tools/list"], await Actions(lists, 1));
    }

    [Fact]
    public async Task A_client_that_comes_back_misses_nothing_and_sees_nothing_twice()
    {
        var tenant = await product.GivenTenant();
        string? last;
        var seen = new List<long>();
        using (var stream = await Open(tenant))
        {
            last = (await stream.NextAsync())!.Id;
        }

        for (var round = 0; round < 5; round++)
        {
            // Some come while nobody listens, some while somebody does.
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => tenant.CallTool()));
            using var stream = await Open(tenant, lastEvent: last);
            var calling = Task.WhenAll(Enumerable.Range(0, 5).Select(_ => tenant.CallTool()));
            for (var i = 0; i < 7; i++)
            {
                var heard = await NextEvent(stream);
                seen.Add(Sequence(heard));
                last = heard.Id;
            }

            await calling;
        }

        using (var rest = await Open(tenant, lastEvent: last))
        {
            for (var i = 0; i < 15; i++)
            {
                seen.Add(Sequence(await NextEvent(rest)));
            }
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => seen[0] + i), seen);
        Assert.Equal(seen[0] + 49, (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/audit-events?pageSize=200")).Json.GetProperty("items").EnumerateArray().Max(item => item.GetProperty("sequence").GetInt64()));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("999999999")]
    [InlineData("1, 2")]
    public async Task An_event_that_the_trail_does_not_have_is_refused(string lastEvent)
    {
        var tenant = await product.GivenTenant();
        using var request = Request(tenant, "", lastEvent, product.Platform.AdminKey);

        Assert.Equal(400, (await product.Platform.Send(request)).Status);
    }

    [Theory]
    [InlineData("from=2026-01-01")]
    [InlineData("correlation=00000000000000000000000000000000")]
    [InlineData("class=x")]
    public async Task A_stream_takes_no_conditions_on_the_past_and_no_unknown_ones(string query)
    {
        var tenant = await product.GivenTenant();
        using var request = Request(tenant, "?" + query, null, product.Platform.AdminKey);

        Assert.Equal(400, (await product.Platform.Send(request)).Status);
    }

    [Fact, Trait("Control", "TR-10")]
    public async Task The_stream_of_a_revoked_credential_ends()
    {
        var tenant = await product.GivenTenant();
        var manager = await AuditSearchTests.Manager(tenant);
        using var stream = await Open(tenant, credential: manager);
        Assert.NotNull(await stream.NextAsync());
        var id = manager[10..18];
        var started = TimeProvider.System.GetTimestamp();

        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{id}:revoke");
        while (await stream.NextAsync() is not null)
        {
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact, Trait("Control", "TR-9")]
    public async Task One_credential_holds_so_many_streams_and_gets_one_back_for_one_that_it_closes()
    {
        await using var platform = await PlatformApplication.StartAsync(configure: services => services.Configure<ApiOptions>(api => api.StreamsPerCredential = 2));
        var tenant = await TenantClient.MakeAsync(platform);
        using var first = await Open(tenant);
        var second = await Open(tenant);

        Assert.Equal(429, (await Status(tenant)).Status);
        second.Dispose();
        using var third = await Reopen(tenant, null);
    }

    [Fact, Trait("Control", "TR-9")]
    public async Task A_client_that_does_not_read_is_cut_off_and_gets_the_rest_when_it_comes_back()
    {
        // One stream alone may be open, so the next is served only when the slow one was cut off.
        await using var platform = await PlatformApplication.StartAsync(configure: services => services.Configure<ApiOptions>(api => (api.StreamsPerCredential, api.SocketSendPatience) = (1, TimeSpan.FromSeconds(1))));
        var tenant = await TenantClient.MakeAsync(platform);

        // Each letter is six bytes in the record: four megabytes together, more than all buffers between.
        var name = new string('\u00e9', 250);
        for (var i = 0; i < 40; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => tenant.Call("prompts/get", new { name }, $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes(name))}?=")));
        }

        using var slow = new TcpClient { ReceiveBufferSize = 4_096 };
        await slow.ConnectAsync("127.0.0.1", platform.ManagementUrl.Port);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /v1/tenants/{tenant.Slug}/audit-events:stream HTTP/1.1\r\nHost: {platform.ManagementUrl.Authority}\r\nAuthorization: Bearer {platform.AdminKey}\r\nLast-Event-ID: 0\r\n\r\n"));
        Assert.True(slow.Client.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead));

        using var again = await Reopen(tenant, "0");
        var seen = new List<long>();
        for (var i = 0; i < 2_002; i++)
        {
            seen.Add(Sequence(await NextEvent(again)));
        }

        Assert.Equal(Enumerable.Range(1, 2_002).Select(i => (long)i), seen);
    }

    private static async Task<EventStream> Reopen(TenantClient tenant, string? lastEvent)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await Open(tenant, lastEvent: lastEvent);
            }
            catch (InvalidOperationException) when (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
            {
                // The slot is given back when the server notices.
                await Task.Delay(50);
            }
        }
    }

    private static async Task<Reply> Status(TenantClient tenant)
    {
        using var request = Request(tenant, "", null, tenant.Platform.AdminKey);
        return await tenant.Platform.Send(request);
    }

    private static Task<EventStream> Open(TenantClient tenant, string query = "", string? lastEvent = null, string? credential = null) =>
        EventStream.OpenAsync(tenant.Platform.Http, Request(tenant, query, lastEvent, credential ?? tenant.Platform.AdminKey));

    private static HttpRequestMessage Request(TenantClient tenant, string query, string? lastEvent, string credential)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(tenant.Platform.ManagementUrl, $"/v1/tenants/{tenant.Slug}/audit-events:stream{query}"));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential}");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEvent is null ? [] : [lastEvent]);
        return request;
    }

    private static async Task<string?[]> Actions(EventStream stream, int count)
    {
        var actions = new string?[count];
        for (var i = 0; i < count; i++)
        {
            actions[i] = (await NextEvent(stream)).Message.GetProperty("event").GetProperty("action").GetString();
        }

        return actions;
    }

    private static async Task<StreamEvent> NextEvent(EventStream stream)
    {
        while (await stream.NextAsync() is { } heard)
        {
            if (heard.Message.ValueKind == JsonValueKind.Object && heard.Message.TryGetProperty("sequence", out _))
            {
                return heard;
            }
        }

        throw new InvalidOperationException("The stream has ended.");
    }

    private static long Sequence(StreamEvent heard) => heard.Message.GetProperty("sequence").GetInt64();
}
