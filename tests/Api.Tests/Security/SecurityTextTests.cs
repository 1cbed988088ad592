using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Security;

/// <summary>Whoever finds a weakness finds whom to tell (RFC 9116).</summary>
[Trait("Control", "IR-5")]
public sealed class SecurityTextTests(SecurityTextTests.WithContacts product) : IClassFixture<SecurityTextTests.WithContacts>
{
    private const string Path = "/.well-known/security.txt";

    [Fact]
    public async Task Both_fronts_say_whom_to_tell_to_anybody()
    {
        foreach (var front in new[] { product.Platform.ManagementUrl, product.Platform.McpUrl })
        {
            var reply = await Get(product.Platform, front);

            Assert.Equal((200, "text/plain; charset=utf-8", "no-store"), (reply.Status, reply.Header("Content-Type"), reply.Header("Cache-Control")));
            Assert.Equal(
                "Contact: mailto:security@example.com\r\nContact: https://example.com/report\r\nExpires: 2999-06-30T00:00:00Z\r\nPreferred-Languages: en, pt-BR\r\nPolicy: https://example.com/policy\r\n",
                reply.Text);
        }
    }

    [Fact]
    public async Task Headers_alone_are_answered_and_nothing_else_is()
    {
        foreach (var front in new[] { product.Platform.ManagementUrl, product.Platform.McpUrl })
        {
            var head = await product.Platform.Send(new HttpRequestMessage(HttpMethod.Head, new Uri(front, Path)));
            var post = await product.Platform.Send(new HttpRequestMessage(HttpMethod.Post, new Uri(front, Path)));

            Assert.Equal((200, ""), (head.Status, head.Text));
            Assert.InRange(post.Status, 400, 499);
        }
    }

    [Fact]
    public async Task A_foreign_host_is_told_nothing()
    {
        foreach (var front in new[] { product.Platform.ManagementUrl, product.Platform.McpUrl })
        {
            var request = new HttpRequestMessage(HttpMethod.Get, new Uri(front, Path));
            request.Headers.Host = "evil.example";

            Assert.InRange((await product.Platform.Send(request)).Status, 400, 499);
        }
    }

    [Fact]
    public async Task What_is_out_of_date_is_not_served()
    {
        await using var stale = await PlatformApplication.StartAsync(null, null, "--Platform:Security:Contacts=mailto:security@example.com", "--Platform:Security:Expires=2020-01-01T00:00:00Z");

        Assert.Equal((404, 404), ((await Get(stale, stale.ManagementUrl)).Status, (await Get(stale, stale.McpUrl)).Status));
    }

    private static Task<Reply> Get(PlatformApplication platform, Uri front) => platform.Send(new HttpRequestMessage(HttpMethod.Get, new Uri(front, Path)));

    public sealed class WithContacts : IAsyncLifetime
    {
        public PlatformApplication Platform { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Platform = await PlatformApplication.StartAsync(
            null, null, "--Platform:Security:Contacts=mailto:security@example.com, https://example.com/report", "--Platform:Security:Expires=2999-06-30T00:00:00Z",
            "--Platform:Security:Policy=https://example.com/policy", "--Platform:Security:PreferredLanguages=en, pt-BR");

        public ValueTask DisposeAsync() => Platform.DisposeAsync();
    }
}

/// <summary>As it comes, the platform names nobody.</summary>
[Trait("Control", "IR-5")]
public sealed class NoSecurityTextTests(Product product)
{
    [Fact]
    public async Task Without_a_contact_there_is_no_file()
    {
        foreach (var front in new[] { product.Platform.ManagementUrl, product.Platform.McpUrl })
        {
            Assert.Equal(404, (await product.Platform.Send(new HttpRequestMessage(HttpMethod.Get, new Uri(front, "/.well-known/security.txt")))).Status);
        }
    }
}
