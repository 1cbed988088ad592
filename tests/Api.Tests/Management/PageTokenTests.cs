using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Platform.Api.Management;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Management;

/// <summary>What a list gave out as the token of its next page, that list takes and no other.</summary>
[Trait("Control", "IN-1")]
public sealed class PageTokenTests(Product product)
{
    private readonly PageTokens _tokens = new(new EphemeralDataProtectionProvider());

    [Fact]
    public void The_longest_key_that_a_list_has_fits()
    {
        var token = _tokens.Seal(Asked("/v1/a"), new string('a', 2_048));

        Assert.InRange(token.Length, 2_048, PageTokens.MaxLength);
        Assert.True(_tokens.TryOpen(Asked("/v1/a"), token, out var place));
        Assert.Equal(new string('a', 2_048), place);
    }

    [Theory]
    [InlineData("/v1/a", "?status=x", true)]
    [InlineData("/v1/a", "?pageSize=7&status=x&pageToken=y", true)]
    [InlineData("/v1/b", "?status=x", false)]
    [InlineData("/v1/a", "", false)]
    [InlineData("/v1/a", "?status=y", false)]
    [InlineData("/v1/a", "?name=x", false)]
    [InlineData("/v1/a", "?status=x&orderBy=name", false)]
    [InlineData("/v1/a", "?status=x%0Aname%3D1:y", false)]
    public void A_token_opens_for_the_list_filter_and_order_that_it_was_made_for(string path, string query, bool opens) =>
        Assert.Equal(opens, _tokens.TryOpen(Asked(path, query), _tokens.Seal(Asked("/v1/a", "?status=x"), "here"), out _));

    [Fact]
    public void A_changed_token_does_not_open()
    {
        var token = Base64Url.DecodeFromChars(_tokens.Seal(Asked("/v1/a"), "here"));
        Assert.All(Enumerable.Range(0, token.Length), at =>
        {
            var changed = token.ToArray();
            changed[at] ^= 1;
            Assert.False(_tokens.TryOpen(Asked("/v1/a"), Base64Url.EncodeToString(changed), out _));
        });
    }

    [Fact]
    public async Task A_token_of_another_list_filter_or_order_is_refused_by_its_name()
    {
        var tenant = await product.GivenTenant();
        var other = await product.GivenTenant();
        foreach (var name in (string[])["second", "third"])
        {
            await tenant.GivenKey(new { name });
            await other.GivenKey(new { name });
        }

        var first = await tenant.Rest(HttpMethod.Get, "keys?pageSize=1&status=active&orderBy=createdAt");
        var token = first.Json.GetProperty("nextPageToken").GetString();

        string[] served = [$"keys?pageSize=2&status=active&orderBy=createdAt&pageToken={token}", $"keys?orderBy=createdAt&filter=status%3Dactive&pageToken={token}"];
        Assert.All(await Task.WhenAll(served.Select(path => tenant.Rest(HttpMethod.Get, path))), reply => Assert.Equal(2, reply.Items().Length));
        string[] refused = [$"keys?status=active&pageToken={token}", $"keys?orderBy=createdAt&pageToken={token}", $"keys?status=revoked&orderBy=createdAt&pageToken={token}", $"principals?status=active&pageToken={token}", $"roles?pageToken={token}"];
        Assert.All(await Task.WhenAll(refused.Select(path => tenant.Rest(HttpMethod.Get, path))), Refused);
        Refused(await other.Rest(HttpMethod.Get, served[0]));
    }

    [Theory]
    [InlineData("/v1/tenants")]
    [InlineData("/v1/roles")]
    [InlineData("/v1/tenants/{t}/roles")]
    [InlineData("/v1/tenants/{t}/tools")]
    [InlineData("/v1/tenants/{t}/secrets")]
    [InlineData("/v1/tenants/{t}/identity-providers")]
    [InlineData("/v1/tenants/{t}/signing-keys")]
    public async Task Where_a_page_ended_is_not_for_reading_and_cannot_be_made_up(string list)
    {
        var path = list.Replace("{t}", product.Lab.Slug, StringComparison.Ordinal);
        foreach (var place in (string[])["a", product.Lab.Slug, "audit-salt-x", "tool"])
        {
            Refused(await product.Platform.Rest(HttpMethod.Get, $"{path}?pageToken={Base64Url.EncodeToString(Encoding.UTF8.GetBytes(place))}"));
        }

        var page = (await product.Platform.Rest(HttpMethod.Get, $"{path}?pageSize=1")).Json;
        if (page.TryGetProperty("nextPageToken", out var next))
        {
            var bytes = Encoding.Latin1.GetString(Base64Url.DecodeFromChars(next.GetString()));
            Assert.All(page.GetProperty("items").EnumerateArray().SelectMany(item => item.EnumerateObject()).Where(member => member.Value.ValueKind == JsonValueKind.String && member.Value.GetString()!.Length > 3),
                member => Assert.DoesNotContain(member.Value.GetString()!, bytes, StringComparison.Ordinal));
        }
    }

    private static void Refused(Reply reply)
    {
        Assert.Equal((400, "invalid-params"), (reply.Status, reply.Json.GetProperty("code").GetString()));
        Assert.Equal(["pageToken"], reply.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    private static HttpRequest Asked(string path, string query = "") =>
        new DefaultHttpContext { Request = { Path = path, QueryString = new QueryString(query) } }.Request;
}
