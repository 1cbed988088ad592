using System.Net;
using Platform.Api.Tests.Support;
using Platform.Hosting.Listeners;
using Platform.Testing;

namespace Platform.Api.Tests.Listeners;

[Trait("Control", "AU-11")]
public sealed class ClientAddressSealTests(Product product)
{
    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.7");
    private readonly ShiftedClock _clock = new();

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::7")]
    public void What_this_process_sealed_is_believed_for_a_minute(string text)
    {
        var seal = new ClientAddressSeal(_clock);
        var header = seal.Seal(IPAddress.Parse(text));

        Assert.True(seal.TryOpen(header, out var address));
        Assert.Equal(IPAddress.Parse(text), address);
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.False(seal.TryOpen(header, out _));
    }

    [Fact]
    public void What_another_process_sealed_or_somebody_changed_is_not()
    {
        var seal = new ClientAddressSeal(_clock);
        var header = seal.Seal(Address);

        Assert.False(new ClientAddressSeal(_clock).TryOpen(header, out _));
        Assert.False(seal.TryOpen(header.Replace("192.0.2.7", "192.0.2.8", StringComparison.Ordinal), out _));
        Assert.False(seal.TryOpen(header[..^1], out _));
        Assert.All(new[] { null, "", ";", "192.0.2.7", "192.0.2.7;0;", new string(';', 200) }, forged => Assert.False(seal.TryOpen(forged, out _)));
    }

    [Fact]
    public async Task A_client_that_writes_the_header_itself_keeps_its_own_address()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(product.Platform.ManagementUrl, "/v1/sessions"))
        {
            Content = new StringContent("""{"user":"nobody","password":"not the password"}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation(ClientAddressSeal.Header, new ClientAddressSeal(TimeProvider.System).Seal(Address));

        var reply = await product.Platform.Send(request);

        var entry = Assert.Single(await product.Platform.AuditEvents("_sys", 100), entry => entry.GetProperty("correlation").GetString() == reply.Json.GetProperty("requestId").GetString());
        Assert.Equal("127.0.0.1", entry.GetProperty("address").GetString());
    }
}
