using Platform.Api.Management;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OpenApi;

/// <summary>The description of the API, as the running product serves it.</summary>
public sealed class DescriptionTests(Product product)
{
    /// <summary>
    /// When it fails, look at what changed for clients; then start the platform and write the file anew:
    /// <c>curl -so docs/api/openapi.json http://127.0.0.1:5081/v1/openapi.json</c>.
    /// </summary>
    [Fact]
    public async Task The_committed_description_is_the_one_that_is_served()
    {
        var served = await ServedAsync();

        var (now, before) = (served.Text.Split('\n'), (await File.ReadAllTextAsync(Description.File, TestContext.Current.CancellationToken)).Split('\n'));
        var first = Enumerable.Range(0, Math.Max(now.Length, before.Length)).FirstOrDefault(line => line >= now.Length || line >= before.Length || now[line] != before[line], -1);
        Assert.True(first < 0, $"docs/api/openapi.json differs from line {first + 1}: {now.ElementAtOrDefault(first)?.Trim()} Write it anew with: curl -so docs/api/openapi.json http://127.0.0.1:5081/v1/openapi.json");
    }

    [Fact]
    public void Every_route_is_described_under_its_own_name()
    {
        var routes = product.Platform.Routes.Select(route => route.Metadata.GetMetadata<ManagementOperation>()?.Name).OfType<string>().Order(StringComparer.Ordinal).ToArray();

        Assert.Equal(routes, Description.Operations.Select(one => (string)one.Operation["operationId"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_operation_of_an_area_says_its_permission_and_the_open_ones_say_that_they_take_none() => Assert.All(Description.Operations, one =>
    {
        var operation = product.Platform.Routes.Select(route => route.Metadata.GetMetadata<ManagementOperation>()).First(known => known?.Name == (string)one.Operation["operationId"]!)!;
        Assert.Equal(operation.Area, (string?)one.Operation["x-permission"]?["area"]);
        Assert.Equal(operation.Action, (string?)one.Operation["x-permission"]?["action"]);
        Assert.Equal(operation.Area is null, one.Operation["security"] is not null);
    });

    [Fact]
    public void A_rule_of_validation_is_in_the_schema()
    {
        var name = Description.Document["components"]!["schemas"]!["IssueKey"]!["properties"]!["name"]!;

        Assert.Equal((1, 100), ((int)name["minLength"]!, (int)name["maxLength"]!));
    }

    [Fact]
    public void Words_are_spelled_as_they_are_sent() =>
        Assert.Equal(["active", "deleted", "suspended"], Description.Document["components"]!["schemas"]!["TenantStatus"]!["enum"]!.AsArray().Select(word => (string)word!).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Nothing_of_the_installation_is_in_it()
    {
        var text = (await ServedAsync()).Text;

        string[] own = [product.Platform.AdminKey, product.Platform.ManagementUrl.Authority, product.Platform.McpUrl.Authority, product.Platform.DataDirectory, Environment.MachineName, product.Lab.Slug];
        Assert.All(own, secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Who_has_it_already_is_told_so()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(product.Platform.ManagementUrl, "/v1/openapi.json"));
        request.Headers.TryAddWithoutValidation("If-None-Match", (await ServedAsync()).Header("ETag"));

        Assert.Equal((304, ""), (await product.Platform.Send(request)) is var reply ? (reply.Status, reply.Text) : default);
    }

    [Fact]
    public async Task The_data_listener_does_not_serve_it()
    {
        Assert.Equal(404, (await product.Platform.Get(new Uri(product.Platform.McpUrl, "/v1/openapi.json"))).Status);
        Assert.Equal(404, (await product.Platform.Get(new Uri(product.Platform.McpUrl, "/docs"))).Status);
    }

    private async Task<Reply> ServedAsync()
    {
        var served = await product.Platform.Rest(HttpMethod.Get, "/v1/openapi.json", credential: "");
        Assert.Equal(200, served.Status);
        return served;
    }
}
