using AngleSharp.Dom;
using Platform.Admin.Components.Pages.Session;

namespace Platform.Admin.Tests.Session;

public sealed class DeviceTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari on macOS")]
    [InlineData("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64)", "A browser on Linux")]
    [InlineData("platform-cli/0.1.0", "Command line")]
    [InlineData("curl/8.5.0", "curl")]
    [InlineData("Mozilla/5.0", null)]
    [InlineData(" ", null)]
    [InlineData(null, null)]
    public void A_user_agent_is_named_as_people_name_it(string? agent, string? name) => Assert.Equal(name, Device.Of(agent));

    [Fact]
    public async Task Sessions_stand_by_their_last_use_with_what_the_client_said_on_hover()
    {
        await using var console = await ConsoleApplication.SignedInAsync();
        const string Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        var old = FakeManagement.Session("aaaaaaaaaaaaaaaa", "curl/8.5.0");
        var newest = FakeManagement.Session("bbbbbbbbbbbbbbbb", Firefox, current: true);
        newest["lastUsedAt"] = "2026-11-21T10:00:00Z";
        console.Management.Sessions.AddRange([old, newest]);
        foreach (var path in new[] { "/account", "/sessions" })
        {
            var devices = (await console.OpenAsync(path)).QuerySelectorAll("td[data-label=Device] span");
            Assert.Equal(["Firefox on Linux", "curl"], devices.Select(cell => cell.TextContent));
            Assert.Equal(Firefox, devices[0].GetAttribute("title"));
            Assert.Contains("This session", devices[0].Closest("tr")!.TextContent, StringComparison.Ordinal);
        }
    }
}
