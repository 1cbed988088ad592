using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.OpenApi;

/// <summary>The reference at <c>/docs</c>.</summary>
public sealed class ReferenceTests(Product product)
{
    [Fact]
    public async Task Every_operation_is_on_the_first_page_and_on_the_page_of_its_group()
    {
        var index = await ReadAsync("/docs");
        foreach (var group in Description.Operations.GroupBy(one => (string)one.Operation["tags"]![0]!, StringComparer.Ordinal))
        {
            var page = await ReadAsync($"/docs/{group.Key}");
            Assert.Equal(200, page.Status);
            Assert.All(group, one =>
            {
                Assert.Contains($"<code>{System.Text.Encodings.Web.HtmlEncoder.Default.Encode(one.Path)}</code>", index.Text, StringComparison.Ordinal);
                Assert.Contains($"Operation <code>{one.Operation["operationId"]}</code>", page.Text, StringComparison.Ordinal);
            });
        }
    }

    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/keys")]
    [InlineData("/docs/nothing")]
    public async Task A_page_has_no_script_and_no_style_of_its_own_and_may_load_nothing_from_elsewhere(string path)
    {
        var page = await ReadAsync(path);

        Assert.Equal("default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'", page.Header("Content-Security-Policy"));
        Assert.All(["<script", "<style", " style=", " onclick", "http://", "https://"], foreign => Assert.DoesNotContain(foreign, page.Text, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(("text/css; charset=utf-8", 200), (await ReadAsync("/docs/style.css")) is var style ? (style.Header("Content-Type"), style.Status) : default);
    }

    [Fact]
    public async Task A_name_that_is_no_group_is_not_found_and_not_repeated()
    {
        var page = await ReadAsync("/docs/%3Cscript%3Ealert(1)%3C%2Fscript%3E");

        Assert.Equal(404, page.Status);
        Assert.DoesNotContain("alert(1)", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_host_name_is_refused() => Assert.Equal(403, (await product.Platform.Get(new Uri(product.Platform.ManagementUrl, "/docs"), host: "evil.example")).Status);

    private Task<Reply> ReadAsync(string path) => product.Platform.Get(new Uri(product.Platform.ManagementUrl, path));
}
