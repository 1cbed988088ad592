using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Sessions;

/// <summary>The console speaks to REST from loopback; what REST limits and records is the browser's address.</summary>
[Trait("Control", "AU-11")]
public sealed partial class ConsoleAddressTests(Product product)
{
    [Theory]
    [InlineData("127.0.0.5")]
    [InlineData("127.0.0.6")]
    public async Task A_sign_in_at_the_console_is_recorded_with_the_browsers_address(string address)
    {
        using var browser = From(address);
        var page = await browser.GetStringAsync("/invitation");
        var user = $"visitor-{address}";
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "invitation",
            ["__RequestVerificationToken"] = WebUtility.HtmlDecode(Antiforgery().Match(page).Groups["token"].Value),
            ["user"] = user,
            ["secret"] = "mcpi_wrong",
            ["password"] = ClockedProduct.Password,
            ["confirm"] = ClockedProduct.Password,
        });

        using var answer = await browser.PostAsync("/invitation", form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var entry = (await product.Platform.AuditEvents("_sys", 200)).First(entry => entry.TryGetProperty("target", out var target) && target.GetString() == $"usr_{user}");
        Assert.Equal(("sessions/accept-invitation", address), (entry.GetProperty("action").GetString(), entry.GetProperty("address").GetString()));
    }

    private HttpClient From(string address) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectCallback = async (context, cancel) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    }) { BaseAddress = product.Platform.ManagementUrl };

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Antiforgery();
}
