using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Management;

/// <summary>Bodies that are under way for long: who sends one is decided again when it is there (TR-10), and it has its time (TR-9).</summary>
public sealed class LateBodyTests(Product product)
{
    /// <summary>Longer than what is not judged again.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1.2);

    private static readonly TimeSpan Effective = TimeSpan.FromSeconds(5);

    private PlatformApplication Platform => product.Platform;

    [Theory, Trait("Control", "TR-10")]
    [InlineData(false, 201)]
    [InlineData(true, 401)]
    public async Task A_request_whose_key_was_revoked_on_the_way_does_nothing(bool revoked, int status)
    {
        var tenant = await TenantClient.MakeAsync(Platform);
        var (id, key) = await Manager(tenant);
        using var body = new HeldContent("""{"name":"late","allow":["tools:call"]}""", "application/json");
        var answer = Send(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/roles", body, key);
        await body.Begun;
        if (revoked)
        {
            Assert.Equal(200, (await Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{id}:revoke")).Status);
            await Wire.Until(() => Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/keys", credential: key), 401, Effective);
        }

        await Task.Delay(Moment);
        body.GoOn();

        var answered = await answer;
        Assert.True(status == answered.Status, answered.Text);
        Assert.Equal(revoked ? 404 : 200, (await Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/roles/late")).Status);
    }

    [Fact, Trait("Control", "AZ-6")]
    public async Task A_role_that_was_taken_away_on_the_way_writes_no_role()
    {
        var tenant = await TenantClient.MakeAsync(Platform);
        var (id, key) = await Manager(tenant);
        using var body = new HeldContent("""{"name":"late","allow":["tools:call"]}""", "application/json");
        var answer = Send(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/roles", body, key);
        await body.Begun;
        Assert.Equal(200, (await Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/principals/svc_{id}:setRoles", new { roles = Array.Empty<string>() })).Status);
        await Wire.Until(() => Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/roles", credential: key), 403, Effective);

        await Task.Delay(Moment);
        body.GoOn();

        var answered = await answer;
        Assert.True(answered.Status == 403, answered.Text);
        Assert.Equal(404, (await Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/roles/late")).Status);
    }

    [Theory, Trait("Control", "IR-2")]
    [InlineData("memory/late", "text/plain")]
    [InlineData("files/late.txt", "text/plain")]
    public async Task Nothing_that_was_under_way_is_written_once_the_tenant_is_read_only(string resource, string type)
    {
        var tenant = await TenantClient.MakeAsync(Platform);
        var (_, key) = await Manager(tenant);
        using var body = new HeldContent(new string('a', 200_000), type);
        var answer = Send(HttpMethod.Put, $"/v1/tenants/{tenant.Slug}/resources/{resource}", body, key, ifNone: true);
        await body.Begun;
        Assert.Equal(200, (await Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}:makeReadOnly", new { })).Status);

        await Task.Delay(Moment);
        body.GoOn();

        Assert.Equal((403, "tenant-read-only"), Problem(await answer));
        Assert.Equal(404, (await Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/resources/{resource}")).Status);
    }

    [Theory, Trait("Control", "TR-10")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_was_under_way_is_made_by_nobody_who_was_shut_out(bool revoked)
    {
        var tenant = await TenantClient.MakeAsync(Platform);
        var caller = await tenant.GivenKey(null, "admin");
        var honest = caller.ToolRequest("memory_set", new { key = "late", value = "written" });
        using var body = new HeldContent(await honest.Content!.ReadAsStringAsync(), "application/json");
        honest.Content = body;
        honest.Headers.ExpectContinue = true;
        var answer = caller.Send(honest);
        await body.Begun;
        if (revoked)
        {
            Assert.Equal(200, (await Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys/{caller.KeyId}:revoke")).Status);
            await Wire.Until(() => caller.CallTool(), 401, Effective);
        }

        await Task.Delay(Moment);
        body.GoOn();

        Assert.Equal(revoked ? 401 : 200, (await answer).Status);
        Assert.Equal(revoked ? 404 : 200, (await Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/resources/memory/late")).Status);
    }

    [Fact, Trait("Control", "TR-9")]
    public async Task A_body_that_is_never_complete_ends_when_its_time_is_over()
    {
        await using var platform = await PlatformApplication.StartAsync(configure: services => services.Configure<ApiOptions>(api => api.BodyPatience = TimeSpan.FromSeconds(1)));
        var tenant = await TenantClient.MakeAsync(platform);
        var call = tenant.ToolRequest();
        using var held = new HeldContent(await call.Content!.ReadAsStringAsync(), "application/json");
        call.Content = held;
        var answer = tenant.Send(call);
        using var body = new HeldContent("""{"name":"late","roles":["user"]}""", "application/json");
        using var request = Request(platform, HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", body, platform.AdminKey);

        var cut = platform.Send(request);

        // A client notices when it goes on.
        await Task.WhenAll(held.Begun, body.Begun);
        await Task.Delay(TimeSpan.FromSeconds(3));
        held.GoOn();
        body.GoOn();

        await Assert.ThrowsAsync<HttpRequestException>(() => cut);
        var refused = await answer;
        Assert.Equal(400, refused.Status);
        Assert.Contains("longer than 1 s", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain((await platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}/keys")).Items(), item => item.GetProperty("name").GetString() == "late");
        Assert.Equal(200, (await tenant.CallTool()).Status);
    }

    private static (int, string?) Problem(Reply reply) => (reply.Status, reply.Json.GetProperty("code").GetString());

    private static async Task<(string Id, string Key)> Manager(TenantClient tenant)
    {
        var issued = await tenant.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{tenant.Slug}/keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" });
        return (issued.Json.GetProperty("key").GetProperty("id").GetString()!, issued.Json.GetProperty("secret").GetString()!);
    }

    private static HttpRequestMessage Request(PlatformApplication platform, HttpMethod method, string path, HttpContent content, string key, bool ifNone = false)
    {
        var request = new HttpRequestMessage(method, new Uri(platform.ManagementUrl, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.ExpectContinue = true;
        if (ifNone)
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        }

        return request;
    }

    private async Task<Reply> Send(HttpMethod method, string path, HttpContent content, string key, bool ifNone = false)
    {
        using var request = Request(Platform, method, path, content, key, ifNone);
        return await Platform.Send(request);
    }

    /// <summary>A body whose second half waits. The client sends nothing of it before the server asks for it, which it does once it has decided about the request.</summary>
    private sealed class HeldContent : HttpContent
    {
        private readonly byte[] _body;
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HeldContent(string body, string type)
        {
            _body = Encoding.UTF8.GetBytes(body);
            Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        public Task Begun => _begun.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public void GoOn() => _go.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var half = _body.Length / 2;
            await stream.WriteAsync(_body.AsMemory(0, half));
            await stream.FlushAsync();
            _begun.TrySetResult();
            await _go.Task;
            await stream.WriteAsync(_body.AsMemory(half));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _body.Length;
            return true;
        }
    }
}
