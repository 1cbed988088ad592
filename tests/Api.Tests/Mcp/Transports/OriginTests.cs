using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Transports;

[Trait("Control", "TR-5")]
public sealed class OriginTests(Product product)
{
    [Theory]
    [InlineData("https://app.example.evil:8443")]
    [InlineData("https://app.example:8443.evil")]
    [InlineData("https://evilapp.example:8443")]
    [InlineData("https://sub.app.example:8443")]
    [InlineData("null")]
    [InlineData("HTTPS://APP.EXAMPLE:8443")]
    [InlineData("https://App.example:8443")]
    [InlineData("https://app.example.:8443")]
    [InlineData("https://app.example:8443/")]
    [InlineData("https://app.example")]
    [InlineData("https://app.example:443")]
    [InlineData("https://app.example:8444")]
    [InlineData("http://app.example:8443")]
    [InlineData("https://user@app.example:8443")]
    [InlineData("https://app.example:8443, https://app.example:8443")]
    [InlineData("*")]
    [InlineData("")]
    public async Task A_foreign_origin_is_refused_with_403(string origin)
    {
        var reply = await product.Lab.Socket(more: $"Origin: {origin}\r\n");

        Assert.Equal((403, "origin-denied"), (reply.Status, reply.Slug));
        Assert.False(reply.Json.TryGetProperty("id", out _));
    }

    [Fact]
    public async Task Two_origins_are_refused_even_when_each_is_allowed()
    {
        var reply = await product.Lab.Socket(more: $"Origin: {Product.AllowedOrigin}\r\nOrigin: {Product.AllowedOrigin}\r\n");

        Assert.Equal((403, "origin-denied"), (reply.Status, reply.Slug));
    }

    [Theory]
    [InlineData($"Origin: {Product.AllowedOrigin}\r\n")]
    [InlineData("")]
    public async Task The_allowed_origin_and_a_client_that_is_no_browser_pass(string header)
    {
        Assert.Equal(200, (await product.Lab.Socket(more: header)).Status);
    }

    [Fact]
    public async Task An_origin_that_one_tenant_allows_is_foreign_to_another()
    {
        var request = product.Platform.ModernRequest("tools/list");
        request.Headers.Add("Origin", Product.AllowedOrigin);

        Assert.Equal(403, (await product.Platform.Send(request)).Status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task A_foreign_origin_is_refused_whatever_the_HTTP_method(string method)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), product.Platform.McpUrlOf(product.Lab.Slug));
        request.Headers.Add("Origin", "https://evil.example");

        Assert.Equal("origin-denied", (await product.Platform.Send(request)).Slug);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    public async Task The_management_API_refuses_foreign_origins(string origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(product.Platform.ManagementUrl, "/v1/tenants"));
        request.Headers.Add("Authorization", $"Bearer {product.Platform.AdminKey}");
        request.Headers.Add("Origin", origin);

        var reply = await product.Platform.Send(request);

        Assert.Equal((403, "origin-denied"), (reply.Status, reply.Json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task The_management_API_serves_its_own_origin()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(product.Platform.ManagementUrl, "/v1/tenants"));
        request.Headers.Add("Authorization", $"Bearer {product.Platform.AdminKey}");
        request.Headers.Add("Origin", product.Platform.ManagementUrl.GetLeftPart(UriPartial.Authority));

        Assert.Equal(200, (await product.Platform.Send(request)).Status);
    }
}
