using System.Net;
using Platform.Testing;

namespace Platform.Api.Tests;

public sealed class SmokeTests
{
    [Fact]
    public async Task The_product_answers_an_echo_and_audits_it()
    {
        await using var platform = await PlatformApplication.StartAsync();

        var reply = await PlatformApplication.Expect(await platform.CallTool("echo", new { message = "hello" }), HttpStatusCode.OK);

        Assert.Equal("hello", reply.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Contains(await platform.AuditEvents("demo"), entry => entry.GetProperty("action").GetString() == "tools/call");
    }
}
