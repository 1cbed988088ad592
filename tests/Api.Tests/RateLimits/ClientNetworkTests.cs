using System.Net;
using Platform.Api.RateLimits;

namespace Platform.Api.Tests.RateLimits;

[Trait("Control", "IN-8")]
public sealed class ClientNetworkTests
{
    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff")]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7")]
    public void Addresses_of_one_customer_are_one(string first, string second) => Assert.Equal(ClientNetwork.Of(first), ClientNetwork.Of(second));

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1")]
    [InlineData("192.0.2.7", "192.0.2.8")]
    [InlineData("::1", "192.0.2.8")]
    public void Addresses_of_two_are_two(string first, string second) => Assert.NotEqual(ClientNetwork.Of(first), ClientNetwork.Of(second));

    [Fact]
    public void What_is_no_address_is_one_stranger() => Assert.Equal(ClientNetwork.Of("unknown"), ClientNetwork.Of((IPAddress?)null));
}
