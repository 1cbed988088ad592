using System.Net;
using Platform.Abstractions.Keys;

namespace Platform.Abstractions.Tests.Keys;

[Trait("Control", "AU-7")]
public sealed class AddressListTests
{
    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("192.0.2.0/24")]
    [InlineData("10.0.0.0/8")]
    [InlineData("0.0.0.0/0")]
    [InlineData("2001:db8::7")]
    [InlineData("2001:db8::/32")]
    [InlineData("::1")]
    [InlineData("::/0")]
    public void An_address_or_network_in_its_shortest_form_is_taken(string entry) => Assert.True(AddressList.IsValid(entry));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" 192.0.2.7")]
    [InlineData("10.1")]
    [InlineData("0x0a000001")]
    [InlineData("010.0.0.1")]
    [InlineData("192.0.2.7/24")]
    [InlineData("192.0.2.0/33")]
    [InlineData("192.0.2.0/-1")]
    [InlineData("192.0.2.0/024")]
    [InlineData("192.0.2.0/")]
    [InlineData("192.0.2.0/24/24")]
    [InlineData("192.0.2.0/255.255.255.0")]
    [InlineData("192.0.2.7:80")]
    [InlineData("[2001:db8::7]")]
    [InlineData("2001:db8:0:0::7")]
    [InlineData("2001:db8::7/32")]
    [InlineData("2001:db8::/129")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::ffff:192.0.2.7")]
    [InlineData("localhost")]
    [InlineData("*")]
    public void What_could_be_read_in_two_ways_is_refused(string? entry) => Assert.False(AddressList.IsValid(entry));

    [Theory]
    [InlineData("192.0.2.0", true)]
    [InlineData("192.0.2.255", true)]
    [InlineData("::ffff:192.0.2.9", true)]
    [InlineData("192.0.3.0", false)]
    [InlineData("192.0.1.255", false)]
    [InlineData("2001:db8::7", true)]
    [InlineData("2001:db8::8", false)]
    [InlineData("::c000:209", false)]
    [InlineData("unknown", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void An_address_is_in_the_list_or_not(string? address, bool contained) =>
        Assert.Equal(contained, AddressList.Read(["192.0.2.0/24", "2001:db8::7"]).Contains(address));

    [Fact]
    public void A_network_of_one_family_has_no_address_of_the_other()
    {
        Assert.False(AddressList.Read(["0.0.0.0/0"]).Contains(IPAddress.IPv6Loopback));
        Assert.False(AddressList.Read(["::/0"]).Contains(IPAddress.Loopback));
    }

    [Fact]
    public void A_list_that_cannot_be_read_any_more_admits_nobody() => Assert.False(AddressList.Read(["nonsense"]).Contains(IPAddress.Loopback));
}
