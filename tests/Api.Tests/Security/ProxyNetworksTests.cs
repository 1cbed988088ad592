using System.Net;
using Platform.Hosting;

namespace Platform.Api.Tests.Security;

[Trait("Control", "TR-6")]
public sealed class ProxyNetworksTests
{
    [Theory]
    [InlineData("10.0.0.5", "10.0.0.5", true)]
    [InlineData("10.0.0.5", "::ffff:10.0.0.5", true)]
    [InlineData("10.0.0.5", "10.0.0.6", false)]
    [InlineData("10.1.0.0/24", "10.1.0.255", true)]
    [InlineData("10.1.0.0/24", "10.1.1.0", false)]
    [InlineData("10.0.0.5, fd00::/64", "fd00::9", true)]
    [InlineData("fd00::/64", "fd00:0:0:1::9", false)]
    [InlineData("", "127.0.0.1", false)]
    [InlineData(" , ", "127.0.0.1", false)]
    public void A_peer_is_believed_when_it_is_listed(string text, string peer, bool believed)
    {
        Assert.Null(ProxyNetworks.Read(text, out var networks));
        Assert.Equal(believed, networks.Contains(IPAddress.Parse(peer)));
    }

    [Theory]
    [InlineData("proxy.example")]
    [InlineData("10.1")]
    [InlineData("010.0.0.1")]
    [InlineData("0x0a000001")]
    [InlineData("10.0.0.1:80")]
    [InlineData("10.0.0.1/33")]
    [InlineData("10.0.0.1/-1")]
    [InlineData("10.0.0.1/")]
    [InlineData("10.0.0.1/24")]
    [InlineData("0.0.0.0/0")]
    [InlineData("0.0.0.0/1")]
    [InlineData("::/0")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("fd00:0::1")]
    [InlineData("[::1]")]
    [InlineData("10.0.0.1;10.0.0.2")]
    [InlineData("*")]
    public void A_list_that_could_be_read_in_two_ways_or_believes_too_many_is_refused_and_believes_nobody(string text)
    {
        Assert.NotNull(ProxyNetworks.Read("10.9.9.9," + text, out var networks));
        Assert.False(networks.Contains(IPAddress.Parse("10.9.9.9")));
    }

    [Fact]
    public void A_connection_without_an_address_is_not_believed()
    {
        ProxyNetworks.Read("10.0.0.0/8", out var networks);

        Assert.False(networks.Contains(null));
    }
}
