using Platform.Cli.Stdio;

namespace Platform.Cli.Tests.Stdio;

public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("https://mcp.example.com/t/demo/mcp")]
    [InlineData("http://127.0.0.1:5080/t/demo/mcp")]
    [InlineData("http://[::1]:5080/t/demo/mcp")]
    [InlineData("http://localhost:5080/t/demo/mcp")]
    public void A_key_goes_over_TLS_or_stays_on_this_machine(string url) => Assert.Null(EndpointRule.Read(url).Problem);

    [Theory, Trait("Control", "TR-1")]
    [InlineData("http://mcp.example.com/t/demo/mcp")]
    [InlineData("http://localhost.example.com/t/demo/mcp")]
    [InlineData("http://127.0.0.1.example.com/")]
    [InlineData("http://10.0.0.1/t/demo/mcp")]
    [InlineData("https://user:secret@mcp.example.com/")]
    [InlineData("https://mcp.example.com/#mcpk_live")]
    [InlineData("ftp://mcp.example.com/")]
    [InlineData("/t/demo/mcp")]
    [InlineData("")]
    public void Any_other_URL_is_refused(string url) => Assert.NotNull(EndpointRule.Read(url).Problem);

    [Theory]
    [InlineData("mcpk_live_abcdefgh_x\n", null)]
    [InlineData("  mcpk_live_abcdefgh_x  ", null)]
    [InlineData("mcpm_live_abcdefgh_x", "management key")]
    [InlineData("", "not a key")]
    [InlineData("one two", "not a key")]
    [InlineData("a\r\nX-Evil: 1", "not a key")]
    public async Task A_key_file_holds_one_MCP_key(string content, string? fault)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, content);
            var read = await KeySource.ReadAsync(new FileInfo(file), "NONE", new Diagnostics(TextWriter.Null, TimeProvider.System), CancellationToken.None);
            Assert.Equal(fault is null, read.Problem is null);
            Assert.Contains(fault ?? "", read.Problem?.Detail ?? "", StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told_without_its_path()
    {
        var read = await KeySource.ReadAsync(new FileInfo("/nowhere/at-all"), "NONE", new Diagnostics(TextWriter.Null, TimeProvider.System), CancellationToken.None);
        Assert.Equal("The key file cannot be read.", read.Problem?.Detail);
    }
}
