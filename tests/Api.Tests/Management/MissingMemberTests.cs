using System.Text;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Management;

/// <summary>Whoever leaves out what is required is told what, by its JSON name and nothing of ours.</summary>
public sealed class MissingMemberTests(Product product)
{
    [Theory]
    [InlineData("/v1/tenants", "{}", "slug")]
    [InlineData("/v1/tenants", "", "slug")]
    [InlineData("/v1/tenants/demo/keys/00000000-0000-7000-8000-000000000000:rotate", "", "overlapSeconds")]
    [InlineData("/v1/tenants/demo/keys", """{"roles":["user"]}""", "name")]
    [InlineData("/v1/tenants/demo/keys", """{"name":"n","roles":["user"],"rateLimit":{"burst":1}}""", "rateLimit.permitsPerMinute")]
    [InlineData("/v1/tenants/demo/identity-providers", "{}", "issuer", "audience", "rules")]
    public async Task It_is_named(string path, string body, params string[] members)
    {
        var refused = await product.Platform.RestRaw(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body));

        Assert.Equal(400, refused.Status);
        Assert.Equal(members.Order(StringComparer.Ordinal), refused.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("Platform.", refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    public async Task Where_nothing_is_required_a_body_is_asked_for_all_the_same(string body)
    {
        var refused = await product.Platform.RestRaw(HttpMethod.Post, "/v1/tenants/demo/principals/usr_x:block", Encoding.UTF8.GetBytes(body));

        Assert.Equal((400, "Send a JSON object."), (refused.Status, refused.Json.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData("/v1/tenants/demo/incidents", """{"title":"t","severity":"dire"}""", "severity", "Choose low, medium, high or critical.")]
    [InlineData("/v1/tenants/demo/incidents", """{"title":"t","severity":2}""", "severity", "Choose low, medium, high or critical.")]
    [InlineData("/v1/tenants", """{"slug":"words","auditMode":"never"}""", "auditMode", "Choose durable or batched.")]
    public async Task A_word_that_is_none_of_ours_is_told_which_there_are(string path, string body, string member, string choices)
    {
        var refused = await product.Platform.RestRaw(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body));

        Assert.Equal((400, choices), (refused.Status, refused.Json.GetProperty("errors").GetProperty(member)[0].GetString()));
    }

    [Fact, Trait("Control", "ER-1")]
    public async Task Words_of_the_serializer_in_a_name_get_nothing_of_ours_out()
    {
        var refused = await product.Platform.RestRaw(HttpMethod.Post, "/v1/tenants", Encoding.UTF8.GetBytes("""{"was missing required properties including:'":1}"""));

        Assert.Equal(400, refused.Status);
        Assert.DoesNotContain("Platform.", refused.Text, StringComparison.Ordinal);
    }
}
