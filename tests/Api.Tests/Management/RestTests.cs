using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Management;

public sealed class RestTests(Product product)
{
    private const int Limit = 1024 * 1024;

    /// <summary>Every route that is not open by design.</summary>
    public static TheoryData<string, string> Routes => new()
    {
        { "GET", "/v1/sessions/current" }, { "DELETE", "/v1/sessions/current" },
        { "GET", "/v1/sessions" }, { "DELETE", "/v1/sessions/aaaaaaaaaaaaaaaa" }, { "POST", "/v1/sessions:endAll" }, { "GET", "/v1/sessions/current/login" },
        { "POST", "/v1/sessions/current:changePassword" }, { "POST", "/v1/sessions/current/totp:enrol" }, { "POST", "/v1/sessions/current/totp:confirm" },
        { "POST", "/v1/sessions/current/totp:disable" }, { "GET", "/v1/tenants/demo/sessions" }, { "DELETE", "/v1/tenants/demo/sessions/aaaaaaaaaaaaaaaa" },
        { "POST", "/v1/tenants/demo/principals/usr_a:endSessions" }, { "POST", "/v1/tenants/demo/principals/usr_a:issueInvitation" },
        { "GET", "/v1/tenants/demo/login-policy" }, { "PUT", "/v1/tenants/demo/login-policy" },
        { "GET", "/v1/tenants" }, { "POST", "/v1/tenants" }, { "GET", "/v1/tenants/demo" },
        { "POST", "/v1/tenants/demo:suspend" }, { "POST", "/v1/tenants/demo:resume" },
        { "GET", "/v1/tenants/demo/keys" }, { "POST", "/v1/tenants/demo/keys" },
        { "GET", "/v1/tenants/demo/keys/aaaaaaaa" }, { "POST", "/v1/tenants/demo/keys/aaaaaaaa:revoke" },
        { "GET", "/v1/tenants/demo/audit-events" }, { "GET", "/v1/tenants/demo/audit-chain" }, { "POST", "/v1/tenants/demo/audit-events:verify" },
        { "GET", "/v1/tenants/_sys/audit-events" }, { "GET", "/v1/roles" },
        { "GET", "/v1" }, { "GET", "/v1/" }, { "GET", "/v1/no/such/route" }, { "PUT", "/v1/tenants" }, { "PATCH", "/v1/tenants/demo" }, { "DELETE", "/v1/tenants" },
        { "GET", "/V1/tenants" }, { "OPTIONS", "/v1/tenants" }, { "TRACE", "/v1/tenants" },
    };

    [Theory]
    [Trait("Control", "AU-6")]
    [MemberData(nameof(Routes))]
    public async Task Nothing_is_answered_without_a_valid_credential(string method, string path)
    {
        var admin = product.Platform.AdminKey;
        string[] credentials =
        [
            "", "garbage", product.Platform.ApiKey, KeyForge.OtherKind(product.Platform.ApiKey), KeyForge.OtherSecret(admin), KeyForge.UnknownId(admin),
            KeyForge.WrongChecksum(admin), KeyForge.OtherEnvironment(admin), "mcps_" + new string('a', 16) + "_" + new string('A', 43),
        ];

        var replies = await Task.WhenAll(credentials.Select(credential => product.Platform.Rest(new HttpMethod(method), path, credential: credential)));

        Assert.All(replies, reply => Assert.Equal((401, "Bearer realm=\"management\""), (reply.Status, reply.Header("WWW-Authenticate"))));
        Assert.All(replies, reply => Assert.Equal("unauthenticated", reply.Json.GetProperty("code").GetString()));
        Assert.Single(replies.Skip(1).Select(reply => reply.TextWithoutIds).Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [Trait("Control", "AU-6")]
    [InlineData("//v1/tenants")]
    [InlineData("/v1//tenants")]
    [InlineData("/./v1/tenants")]
    [InlineData("/x/../v1/tenants")]
    [InlineData("/%76%31/tenants")]
    [InlineData("/v1%2ftenants")]
    [InlineData("/v1/tenants/")]
    [InlineData("/V1/TENANTS")]
    [InlineData("/v1;x/tenants")]
    [InlineData("/v1/tenants?access_token={0}")]
    [InlineData("/v1\\tenants")]
    public async Task No_way_of_writing_a_route_gets_around_the_gate(string target)
    {
        var reply = await Wire.SocketAsync(product.Platform.ManagementUrl,
            $"GET {string.Format(System.Globalization.CultureInfo.InvariantCulture, target, product.Platform.AdminKey)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.InRange(reply.Status, 400, 404);
        Assert.DoesNotContain("demo", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/no/such/route")]
    [InlineData("PUT", "/v1/no/such/route")]
    [InlineData("DELETE", "/v1/tenants/demo/resources/secret.md")]
    [InlineData("GET", "/v1")]
    public async Task A_route_that_does_not_exist_is_404_for_those_who_may_ask(string method, string path)
    {
        var reply = await product.Platform.Rest(new HttpMethod(method), path);

        Assert.Equal((404, "not-found"), (reply.Status, reply.Json.GetProperty("code").GetString()));
    }

    [Fact]
    [Trait("Control", "ER-1")]
    public async Task A_refusal_is_a_problem_document()
    {
        var reply = await product.Platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug = "NO" });

        Assert.StartsWith("application/problem+json", reply.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal(["type", "title", "status", "detail", "code", "requestId", "errors"], reply.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("urn:mocopr:problem:invalid-params", 400, "invalid-params"),
            (reply.Json.GetProperty("type").GetString(), reply.Json.GetProperty("status").GetInt32(), reply.Json.GetProperty("code").GetString()));
        Assert.NotEmpty(reply.Json.GetProperty("errors").GetProperty("slug")[0].GetString()!);
    }

    [Fact]
    public async Task A_refusal_without_members_at_fault_has_none()
    {
        var reply = await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/nobody");

        Assert.Equal(["type", "title", "status", "detail", "code", "requestId"], reply.Json.EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [Trait("Control", "IN-6")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("")]
    [InlineData("{}{}")]
    [InlineData("""{"slug":"unmade","more":1}""")]
    [InlineData("""{"Slug":"unmade"}""")]
    [InlineData("""{"slug":"unmade","slug":"unmade"}""")]
    [InlineData("""{"slug":"unmade","s\u006cug":"unmade"}""")]
    [InlineData("""{"slug":"unmade","status":"active"}""")]
    [InlineData("""{"slug":"unmade","id":"aaaaaaaa"}""")]
    [InlineData("""{"slug":"unmade","$type":"x"}""")]
    [InlineData("""{"slug":"unmade","rateLimit":{"permitsPerMinute":"1","burst":1}}""")]
    [InlineData("""{"slug":"unmade","displayName":[[[[[[[[[[[[]]]]]]]]]]]]}""")]
    [InlineData("""{"slug":"unmade",}""")]
    [InlineData("""{"slug":"unmade"/**/}""")]
    public async Task A_body_that_is_not_exactly_the_command_is_refused(string body)
    {
        var slug = "unmade" + Guid.NewGuid().ToString("N")[..8];

        var reply = await product.Platform.RestRaw(HttpMethod.Post, "/v1/tenants", Encoding.UTF8.GetBytes(body.Replace("unmade", slug, StringComparison.Ordinal)));

        Assert.Equal((400, "invalid-params"), (reply.Status, reply.Json.GetProperty("code").GetString()));
        Assert.DoesNotContain("System.", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("CreateTenant", reply.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{slug}")).Status);
    }

    [Fact]
    [Trait("Control", "IN-6")]
    public async Task A_body_that_is_not_UTF_8_is_refused()
    {
        var reply = await product.Platform.RestRaw(HttpMethod.Post, "/v1/tenants", [.. "{\"slug\":\"unmade\",\"displayName\":\""u8, 0xC0, 0xAF, .. "\"}"u8]);

        Assert.Equal(400, reply.Status);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("")]
    public async Task A_body_that_is_not_declared_as_JSON_is_refused(string type)
    {
        var reply = await product.Platform.RestRaw(HttpMethod.Post, "/v1/tenants", """{"slug":"unmade"}"""u8.ToArray(), type);

        Assert.Equal((415, "unsupported-media-type"), (reply.Status, reply.Json.GetProperty("code").GetString()));
    }

    [Fact]
    [Trait("Control", "TR-8")]
    public async Task A_body_is_at_most_one_mebibyte_and_the_refusal_is_a_problem_that_is_audited()
    {
        var reply = await product.Platform.RestRaw(HttpMethod.Post, "/v1/tenants", Encoding.UTF8.GetBytes("""{"slug":"unmade"}""".PadRight(Limit + 1)));

        Assert.Equal((413, "too-large"), (reply.Status, reply.Json.GetProperty("code").GetString()));
        Assert.Single(await product.Platform.AuditEvents("_sys", 200), entry => entry.GetProperty("correlation").GetString() == reply.Json.GetProperty("requestId").GetString());
    }

    [Fact]
    [Trait("Control", "TR-8")]
    public async Task A_body_of_one_mebibyte_is_read()
    {
        var slug = "big" + Guid.NewGuid().ToString("N")[..8];

        Assert.Equal(201, (await product.Platform.RestRaw(HttpMethod.Post, "/v1/tenants", Encoding.UTF8.GetBytes($$"""{"slug":"{{slug}}"}""".PadRight(Limit)))).Status);
    }

    [Theory]
    [InlineData("pageSize=0")]
    [InlineData("pageSize=-1")]
    [InlineData("pageSize=201")]
    [InlineData("pageSize=1e3")]
    [InlineData("pageSize=x")]
    [InlineData("pageSize=99999999999")]
    [InlineData("pageSize=1&pageSize=2")]
    [InlineData("pageToken=")]
    [InlineData("pageToken=!!!")]
    [InlineData("pageToken=Li4vLi4v")]
    [InlineData("pageToken=_w")]
    [InlineData("pageToken=LTE")]
    public async Task A_page_that_was_never_offered_is_refused_on_every_list(string query)
    {
        string[] lists = ["/v1/tenants", "/v1/tenants/demo/keys", "/v1/tenants/demo/audit-events"];

        var replies = await Task.WhenAll(lists.Select(list => product.Platform.Rest(HttpMethod.Get, $"{list}?{query}")));

        Assert.All(replies, reply => Assert.Equal((400, "invalid-params"), (reply.Status, reply.Json.GetProperty("code").GetString())));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public async Task A_page_size_at_its_bounds_is_served(int size)
    {
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants?pageSize={size}")).Status);
    }

    [Fact]
    public async Task What_is_absent_is_left_out_and_times_are_RFC_3339()
    {
        var tenant = (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/demo")).Json;

        Assert.False(tenant.TryGetProperty("suspendedAt", out _));
        Assert.True(tenant.GetProperty("createdAt").TryGetDateTimeOffset(out _));
        Assert.Equal("active", tenant.GetProperty("status").GetString());
    }
}
