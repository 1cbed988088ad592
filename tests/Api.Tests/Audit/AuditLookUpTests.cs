using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Audit;

/// <summary>A value that the trail does not have is found by who knows it and may ask, and by nobody else.</summary>
[Trait("Control", "AL-3")]
public sealed class AuditLookUpTests(Product product)
{
    [Fact]
    public async Task The_call_with_these_arguments_is_found_and_no_other()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool("echo", new { message = "the blue folder" });
        await tenant.CallTool("echo", new { message = "the red folder" });

        var found = await LookUpAsync(tenant, new { value = """{"message":"the blue folder"}""" });

        var entry = Assert.Single(found.GetProperty("items").EnumerateArray()).GetProperty("event");
        Assert.Equal(("tools/call", found.GetProperty("hmac").GetString()), (entry.GetProperty("action").GetString(), entry.GetProperty("arguments").GetString()));
        Assert.Empty((await LookUpAsync(tenant, new { value = """{"message":"the green folder"}""" })).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_credential_that_was_pasted_where_a_name_belongs_is_found_by_who_has_it()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool(tenant.Key);
        await tenant.Rest(HttpMethod.Post, $"keys/{tenant.Key}:revoke");

        var found = await LookUpAsync(tenant, new { value = tenant.Key });

        var hmac = found.GetProperty("hmac").GetString()!;
        var targets = found.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("event").GetProperty("target").GetString()!).ToArray();
        Assert.Equal(2, targets.Length);
        Assert.Equal(hmac, targets[1]);
        Assert.EndsWith(hmac, targets[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_HMAC_filters_searches_files_and_narrows_with_other_conditions()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool("echo", new { message = "filtered" });
        await tenant.CallTool("echo", new { message = "else" });
        var hmac = (await LookUpAsync(tenant, new { value = """{"message":"filtered"}""" })).GetProperty("hmac").GetString();

        Assert.Single((await tenant.Rest(HttpMethod.Get, $"audit-events?hmac={hmac}")).Items());
        Assert.Empty((await tenant.Rest(HttpMethod.Get, $"audit-events?hmac={hmac}&outcome=timeout")).Items());
        Assert.Single((await tenant.Rest(HttpMethod.Get, $"audit-events:export?hmac={hmac}")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(400, (await tenant.Rest(HttpMethod.Get, "audit-events?hmac=mcpk_live_x")).Status);
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task The_same_value_has_another_HMAC_in_another_trail_and_is_not_found_there()
    {
        var (one, other) = (await product.GivenTenant(), await product.GivenTenant());
        await one.CallTool("echo", new { message = "ours" });
        await other.CallTool("echo", new { message = "theirs" });

        var (mine, theirs) = (await LookUpAsync(one, new { value = """{"message":"ours"}""" }), await LookUpAsync(other, new { value = """{"message":"ours"}""" }));

        Assert.Single(mine.GetProperty("items").EnumerateArray());
        Assert.Empty(theirs.GetProperty("items").EnumerateArray());
        Assert.NotEqual(mine.GetProperty("hmac").GetString(), theirs.GetProperty("hmac").GetString());
        Assert.Empty((await other.Rest(HttpMethod.Get, $"audit-events?hmac={mine.GetProperty("hmac").GetString()}")).Items());
    }

    [Fact]
    public async Task Nobody_writes_an_HMAC_into_the_trail()
    {
        var tenant = await product.GivenTenant();
        await tenant.CallTool("echo", new { message = "alibi" });
        var hmac = (await LookUpAsync(tenant, new { value = """{"message":"alibi"}""" })).GetProperty("hmac").GetString()!;

        await tenant.CallTool(hmac);
        await tenant.Read($"memory://{hmac}");
        await tenant.Rest(HttpMethod.Post, $"keys/{hmac}:revoke");
        await tenant.Rest(HttpMethod.Post, $"principals/{hmac}:block", new { reason = "x" });

        Assert.Single((await LookUpAsync(tenant, new { value = """{"message":"alibi"}""" })).GetProperty("items").EnumerateArray());
        Assert.Single((await tenant.Rest(HttpMethod.Get, $"audit-events?hmac={hmac}")).Items());
        Assert.NotEmpty((await LookUpAsync(tenant, new { value = hmac })).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Looking_up_needs_a_permission_of_its_own()
    {
        var tenant = await product.GivenTenant();
        var (reader, _) = await product.Platform.GivenOperator("audit:read");
        var (seeker, _) = await product.Platform.GivenOperator("audit-values:read");

        Assert.Equal(403, (await AskAsync(tenant, new { value = "x" }, reader)).Status);
        Assert.Equal(200, (await AskAsync(tenant, new { value = "x" }, seeker)).Status);
        Assert.Equal(403, (await tenant.Rest(HttpMethod.Get, "audit-events", null, seeker)).Status);
    }

    [Fact]
    public async Task The_value_that_was_asked_for_is_not_in_the_trail_and_that_somebody_asked_is()
    {
        var tenant = await product.GivenTenant();
        await LookUpAsync(tenant, new { value = "a-needle-in-the-trail" });

        var events = (await tenant.Rest(HttpMethod.Get, "audit-events?action=audit/look-up")).Text;

        Assert.Contains("audit/look-up", events, StringComparison.Ordinal);
        Assert.DoesNotContain("needle", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_platforms_own_trail_is_asked_the_same_way()
    {
        var secret = $"mcpk_live_{Guid.NewGuid():N}";
        await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{secret}");

        var found = await product.Platform.Rest(HttpMethod.Post, "/v1/tenants/_sys/audit-events:lookUp", new { value = secret });

        Assert.Equal("tenants/get", Assert.Single(found.Items()).GetProperty("event").GetProperty("action").GetString());
    }

    [Fact]
    public async Task Pages_meet_and_a_token_of_another_value_is_refused()
    {
        var tenant = await product.GivenTenant();
        for (var i = 0; i < 3; i++)
        {
            await tenant.CallTool("echo", new { message = "again" });
        }

        const string Value = """{"message":"again"}""";
        var first = await LookUpAsync(tenant, new { value = Value, pageSize = 2 });
        var token = first.GetProperty("nextPageToken").GetString();
        var second = await LookUpAsync(tenant, new { value = Value, pageSize = 2, pageToken = token });

        Assert.Equal((2, 1), (first.GetProperty("items").GetArrayLength(), second.GetProperty("items").GetArrayLength()));
        Assert.Equal(400, (await AskAsync(tenant, new { value = "other", pageToken = token })).Status);
    }

    [Fact]
    public async Task A_trail_in_which_nothing_is_hashed_answers_an_empty_page()
    {
        var found = await LookUpAsync(await product.GivenTenant(), new { value = "x" });

        Assert.Equal((false, 0), (found.TryGetProperty("hmac", out _), found.GetProperty("items").GetArrayLength()));
    }

    [Theory]
    [InlineData("""{"value":""}""")]
    [InlineData("{}")]
    [InlineData("""{"value":"x","from":"2026-02-01T00:00:00Z","to":"2026-01-01T00:00:00Z"}""")]
    public async Task What_is_no_question_is_refused(string body) => Assert.Equal(400, (await AskAsync(product.Lab, JsonSerializer.Deserialize<JsonElement>(body))).Status);

    private static Task<Reply> AskAsync(TenantClient tenant, object body, string? credential = null) => tenant.Rest(HttpMethod.Post, "audit-events:lookUp", body, credential);

    private static async Task<JsonElement> LookUpAsync(TenantClient tenant, object body)
    {
        var reply = await AskAsync(tenant, body);
        Assert.True(reply.Status == 200, reply.Text);
        return reply.Json;
    }
}
