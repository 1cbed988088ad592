using System.Net.Http.Headers;
using System.Text;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Tenants;

public sealed class TenantSettingsTests(Product product) : IAsyncLifetime
{
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync() => _tenant = await TenantClient.MakeAsync(product.Platform);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_is_not_named_stays_and_null_is_what_a_new_tenant_has()
    {
        var changed = await Patch("""{"displayName":"Renamed","allowedOrigins":["https://app.example"],"inputLimits":{"maxDepth":6,"maxItems":10}}""", "*");
        Assert.Equal(200, changed.Status);
        var tag = changed.Header("ETag")!;

        var again = await Patch("""{"inputLimits":{"maxItems":null},"displayName":null}""", tag);

        Assert.Equal(200, again.Status);
        Assert.Equal(_tenant.Slug, again.Json.GetProperty("displayName").GetString());
        Assert.Equal("https://app.example", again.Json.GetProperty("allowedOrigins")[0].GetString());
        Assert.Equal("""{"maxDepth":6}""", again.Json.GetProperty("inputLimits").GetRawText());
        Assert.NotEqual(tag, again.Header("ETag")!);
        Assert.Equal(again.Json.GetRawText(), (await product.Platform.Rest(HttpMethod.Get, Path)).Json.GetRawText());
    }

    [Fact, Trait("Control", "TR-6")]
    public async Task New_origins_and_limits_are_in_force_on_the_endpoint()
    {
        Assert.Equal(200, (await Patch("""{"allowedOrigins":["https://console.example"],"inputLimits":{"maxStringLength":64}}""", "*")).Status);

        Assert.Equal(200, await Eventually(() => Call("https://console.example", "short"), 200));
        Assert.Equal(403, await Call("https://other.example", "short"));
        Assert.Equal(400, await Call("https://console.example", new string('x', 65)));
    }

    [Theory]
    [InlineData("tenants", """{"slug":"tagged"}""")]
    [InlineData("tenants/demo/roles", """{"name":"tagged","allow":["tools:call"]}""")]
    [InlineData("tenants/demo/oauth-clients", """{"name":"tagged","kind":"public","redirectUris":["https://app.example/back"]}""")]
    [InlineData("tenants/demo/webhooks", """{"url":"https://hooks.example.com/in","eventTypes":["alert.fired"]}""")]
    public async Task What_is_made_has_the_version_that_its_first_change_names(string list, string body)
    {
        var made = await product.Platform.RestRaw(HttpMethod.Post, $"/v1/{list}", System.Text.Encoding.UTF8.GetBytes(body));

        Assert.True(made.Status == 201, made.Text);
        Assert.Equal((await product.Platform.Rest(HttpMethod.Get, made.Header("Location")!)).Header("ETag"), made.Header("ETag"));
        Assert.NotNull(made.Header("ETag"));
    }

    [Fact]
    public async Task A_change_says_which_version_it_changes()
    {
        Assert.Equal(428, (await Patch("""{"displayName":"x"}""", null)).Status);
        var first = (await product.Platform.Rest(HttpMethod.Get, Path)).Header("ETag")!;
        Assert.Equal(200, (await Patch("""{"displayName":"first"}""", first)).Status);

        var late = await Patch("""{"displayName":"second"}""", first);

        Assert.Equal(412, late.Status);
        Assert.Equal("first", (await product.Platform.Rest(HttpMethod.Get, Path)).Json.GetProperty("displayName").GetString());
    }

    [Theory]
    [InlineData("""{"slug":"stolen"}""", "slug")]
    [InlineData("""{"nothing":null}""", "nothing")]
    [InlineData("""{"inputLimits":{"nothing":null}}""", "inputLimits.nothing")]
    [InlineData("""{"displayName":7}""", "displayName")]
    [InlineData("""{"displayName":"a\u0000b"}""", "displayName")]
    [InlineData("""{"allowedOrigins":["https://app.example/path"]}""", "allowedOrigins[0]")]
    [InlineData("""{"inputLimits":{"maxDepth":99}}""", "inputLimits.maxDepth")]
    [InlineData("""{"rateLimit":{"permitsPerMinute":0,"burst":1}}""", "rateLimit.permitsPerMinute")]
    [InlineData("""{"auditMode":"never"}""", "auditMode")]
    public async Task What_does_not_fit_is_refused_by_name_and_changes_nothing(string patch, string member)
    {
        var before = (await product.Platform.Rest(HttpMethod.Get, Path)).Json.GetRawText();

        var refused = await Patch(patch, "*");

        Assert.Equal(400, refused.Status);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(member, out _), refused.Text);
        Assert.Equal(before, (await product.Platform.Rest(HttpMethod.Get, Path)).Json.GetRawText());
    }

    [Theory]
    [InlineData("[]", "application/merge-patch+json", 400)]
    [InlineData("null", "application/merge-patch+json", 400)]
    [InlineData("{", "application/merge-patch+json", 400)]
    [InlineData("""{"displayName":"a","displayName":"b"}""", "application/merge-patch+json", 400)]
    [InlineData("""{"inputLimits":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}}}}""", "application/merge-patch+json", 400)]
    [InlineData("""{"\ud800":1}""", "application/merge-patch+json", 400)]
    [InlineData("""{"displayName":"\ud800"}""", "application/merge-patch+json", 400)]
    [InlineData("{}", "application/json", 415)]
    [InlineData("{}", "text/plain", 415)]
    public async Task What_is_no_merge_patch_is_refused(string body, string mediaType, int status)
    {
        var refused = await Patch(body, "*", mediaType: mediaType);

        Assert.Equal(status, refused.Status);
        Assert.True(status != 415 || refused.Text.Contains("application/merge-patch+json", StringComparison.Ordinal), refused.Text);
    }

    [Fact, Trait("Control", "AZ-2")]
    public async Task A_tenants_admin_changes_what_is_the_tenants_and_not_what_the_platform_answers_for()
    {
        var (admin, _) = await product.Platform.IssueKey(_tenant.Slug, new { kind = "management" }, "admin");

        Assert.Equal(200, (await Patch("""{"displayName":"Ours","auditMode":"durable"}""", "*", admin)).Status);
        Assert.Equal(403, (await Patch("""{"auditMode":"batched"}""", "*", admin)).Status);
        Assert.Equal(403, (await Patch("""{"rateLimit":{"permitsPerMinute":1000000,"burst":1000}}""", "*", admin)).Status);
        Assert.Equal(200, (await Patch("""{"auditMode":"batched","rateLimit":{"permitsPerMinute":1000000,"burst":1000}}""", "*")).Status);
    }

    [Fact, Trait("Control", "AZ-6")]
    public async Task Nobody_else_changes_them()
    {
        var (user, _) = await product.Platform.IssueKey(_tenant.Slug, new { kind = "management" }, "user");
        var other = await TenantClient.MakeAsync(product.Platform);
        var (foreigner, _) = await product.Platform.IssueKey(other.Slug, new { kind = "management" }, "admin");

        Assert.Equal(403, (await Patch("""{"displayName":"x"}""", "*", user)).Status);
        Assert.Equal(404, (await Patch("""{"displayName":"x"}""", "*", foreigner)).Status);
    }

    private string Path => $"/v1/tenants/{_tenant.Slug}";

    private Task<Reply> Patch(string body, string? ifMatch, string? credential = null, string mediaType = "application/merge-patch+json")
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(product.Platform.ManagementUrl, Path)) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch is null ? [] : [ifMatch]);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential ?? product.Platform.AdminKey}");
        return product.Platform.Send(request);
    }

    private async Task<int> Call(string origin, string message)
    {
        var request = product.Platform.ModernRequest("tools/call", new { name = "echo", arguments = new { message } }, "echo", _tenant.Slug, _tenant.Key);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        return (await product.Platform.Send(request)).Status;
    }

    private static async Task<int> Eventually(Func<Task<int>> ask, int wanted)
    {
        for (var tries = 0; ; tries++)
        {
            if (await ask() is var status && (status == wanted || tries == 100))
            {
                return status;
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
