using System.Globalization;
using System.Text;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Validation;

/// <summary>Each limit one below, at and one above, as a client meets it: the platform's own limits, and those of a tenant that lowered them.</summary>
[Trait("Control", "IN-1")]
public sealed class InputLimitsTests(Product product)
{
    private static readonly object Lowered = new
    {
        maxBodyBytes = 4096,
        maxDepth = 6,
        maxProperties = 20,
        maxStringLength = 100,
        maxItems = 50,
        maxNodes = 64,
        maxNumberLength = 20,
    };

    private static readonly (string Limit, int Default, int Lowered, int Status, string Slug, Func<int, string> Body)[] Limits =
    [
        ("maxDepth", 10, 6, 400, "too-deep", n => With($"{new string('[', n - 2)}{new string(']', n - 2)}")),
        ("maxProperties", 100, 20, 400, "too-deep", n => With($"{{{string.Join(',', Enumerable.Range(0, n).Select(i => $"\"p{i}\":1"))}}}")),
        ("maxStringLength", 10_000, 100, 400, "too-deep", n => With($"\"{new string('a', n)}\"")),
        ("maxItems", 10_000, 50, 400, "too-deep", n => With($"[{Ones(n)}]")),
        ("maxNodes", 100_000, 64, 400, "too-deep", n => With(Values(n - 8))),
        ("maxNumberLength", 128, 20, 400, "malformed", n => With(new string('7', n))),
        ("maxBodyBytes", 1024 * 1024, 4096, 413, "too-large", n => Wire.Body().PadRight(n)),
    ];

    public static TheoryData<string, bool, int> Boundaries => [.. Limits.SelectMany(limit => new[] { false, true }.SelectMany(lowered => new[] { -1, 0, 1 }.Select(by => (limit.Limit, lowered, by))))];

    [Theory, MemberData(nameof(Boundaries)), Trait("Control", "TR-8")]
    public async Task A_request_passes_up_to_its_limit_and_no_further(string name, bool lowered, int by)
    {
        var limit = Array.Find(Limits, known => known.Limit == name);
        var bound = lowered ? limit.Lowered : limit.Default;
        var tenant = lowered ? await GivenLowered() : product.Lab;

        var reply = await tenant.Post(limit.Body(bound + by));

        if (by <= 0)
        {
            Assert.Equal((200, name), (reply.Status, name));
            return;
        }

        Assert.Equal((limit.Status, limit.Slug), (reply.Status, reply.Slug));
        Assert.Contains(bound.ToString(CultureInfo.InvariantCulture), reply.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "TR-8")]
    [InlineData(4096, 200)]
    [InlineData(4097, 413)]
    public async Task A_lowered_size_holds_while_a_body_without_a_length_streams_in(int size, int status)
    {
        var tenant = await GivenLowered();
        var request = tenant.Raw(Encoding.UTF8.GetBytes(Wire.Body().PadRight(size)));
        request.Headers.TransferEncodingChunked = true;

        Assert.Equal(status, (await tenant.Send(request)).Status);
    }

    [Fact]
    public async Task What_one_tenant_lowered_is_not_another_tenants_limit()
    {
        var tenant = await GivenLowered();
        var body = Limits[0].Body(7);

        Assert.Equal((400, 200), ((await tenant.Post(body)).Status, (await product.Lab.Post(body)).Status));
    }

    [Fact, Trait("Control", "TR-8")]
    public async Task A_stranger_is_not_told_a_tenants_lowered_size()
    {
        var tenant = await GivenLowered();

        Assert.Equal(401, (await tenant.With("").Post(Wire.Body().PadRight(5000))).Status);
    }

    [Fact]
    public async Task A_tenant_shows_what_it_lowered_and_nothing_else()
    {
        var slug = "l" + Guid.NewGuid().ToString("N")[..12];

        var made = await product.Platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug, inputLimits = new { maxDepth = 5 } });
        var got = await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{slug}");

        Assert.Equal("""{"maxDepth":5}""", made.Json.GetProperty("inputLimits").GetRawText());
        Assert.Equal("""{"maxDepth":5}""", got.Json.GetProperty("inputLimits").GetRawText());
        Assert.False((await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{product.Lab.Slug}")).Json.TryGetProperty("inputLimits", out _));
    }

    [Theory]
    [InlineData("maxBodyBytes", 1_048_577)]
    [InlineData("maxBodyBytes", 1_023)]
    [InlineData("maxDepth", 11)]
    [InlineData("maxDepth", 3)]
    [InlineData("maxProperties", 101)]
    [InlineData("maxProperties", 7)]
    [InlineData("maxStringLength", 10_001)]
    [InlineData("maxStringLength", 63)]
    [InlineData("maxItems", 10_001)]
    [InlineData("maxItems", 0)]
    [InlineData("maxNodes", 100_001)]
    [InlineData("maxNodes", 31)]
    [InlineData("maxNumberLength", 129)]
    [InlineData("maxNumberLength", 15)]
    [InlineData("maxBatch", 51)]
    [InlineData("maxBatch", 0)]
    [InlineData("maxDepth", -1)]
    [InlineData("maxdepth", 5)]
    [InlineData("maxWidth", 5)]
    public async Task A_limit_can_only_be_lowered_and_not_below_what_MCP_needs(string limit, int value)
    {
        var slug = "l" + Guid.NewGuid().ToString("N")[..12];

        var reply = await product.Platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug, inputLimits = new Dictionary<string, int> { [limit] = value } });

        Assert.Equal((400, "invalid-params"), (reply.Status, reply.Json.GetProperty("code").GetString()));
        Assert.Contains(limit, reply.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{slug}")).Status);
    }

    [Fact]
    public async Task The_lowest_limits_still_let_an_honest_call_through()
    {
        var tenant = await GivenTenant(new { maxBodyBytes = 1024, maxDepth = 4, maxProperties = 8, maxStringLength = 64, maxItems = 1, maxNodes = 32, maxNumberLength = 16, maxBatch = 1 });

        Assert.Equal(200, (await tenant.CallTool()).Status);
        Assert.Equal(200, (await tenant.Initialize("2025-11-25")).Status);
    }

    private Task<TenantClient> GivenLowered() => GivenTenant(Lowered);

    private async Task<TenantClient> GivenTenant(object limits)
    {
        var slug = "l" + Guid.NewGuid().ToString("N")[..12];
        await product.Platform.GivenTenant(slug, new { inputLimits = limits });
        var (key, id) = await product.Platform.IssueKey(slug);
        return new TenantClient(product.Platform, slug, key, id);
    }

    private static string With(string value) => Wire.Body(parameters: $"\"x\":{value},");

    private static string Ones(int count) => string.Join(',', Enumerable.Repeat('1', count));

    /// <summary>An array that is so many values, itself included, without a long array in it.</summary>
    private static string Values(int count)
    {
        var parts = new List<string>();
        for (var left = count - 1; left > 0;)
        {
            var items = Math.Min(left - 1, 40);
            parts.Add($"[{Ones(items)}]");
            left -= items + 1;
        }

        return $"[{string.Join(',', parts)}]";
    }
}
