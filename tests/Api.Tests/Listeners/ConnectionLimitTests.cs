using System.Net;
using Platform.Hosting.Listeners;

namespace Platform.Api.Tests.Listeners;

[Trait("Control", "TR-9")]
public sealed class ConnectionLimitTests
{
    [Fact]
    public void An_address_has_so_many_connections_and_gets_another_for_each_that_ends()
    {
        var limit = new ConnectionLimit(2);
        var address = ConnectionLimit.KeyOf(IPAddress.Parse("192.0.2.1"));

        Assert.True(limit.TryEnter(address));
        Assert.True(limit.TryEnter(address));
        Assert.False(limit.TryEnter(address));
        limit.Leave(address);

        Assert.True(limit.TryEnter(address));
        Assert.False(limit.TryEnter(address));
    }

    [Fact]
    public void One_address_that_is_full_does_not_stop_another()
    {
        var limit = new ConnectionLimit(1);

        Assert.True(limit.TryEnter(ConnectionLimit.KeyOf(IPAddress.Parse("192.0.2.1"))));
        Assert.True(limit.TryEnter(ConnectionLimit.KeyOf(IPAddress.Parse("192.0.2.2"))));
    }

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("::1", "127.0.0.1", false)]
    public void An_IPv6_network_of_64_bits_is_one_address(string one, string other, bool same) =>
        Assert.Equal(same, ConnectionLimit.KeyOf(IPAddress.Parse(one)) == ConnectionLimit.KeyOf(IPAddress.Parse(other)));

    [Fact]
    public void Addresses_that_left_are_forgotten()
    {
        var limit = new ConnectionLimit(3);
        for (var i = 0; i < 1000; i++)
        {
            limit.TryEnter((UInt128)i);
            limit.Leave((UInt128)i);
        }

        Assert.Equal(0, limit.Addresses);
    }

    [Fact]
    public async Task Counting_survives_many_at_once()
    {
        var limit = new ConnectionLimit(10);
        var (entered, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (limit.TryEnter(7))
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref entered));
                    Interlocked.Decrement(ref entered);
                    limit.Leave(7);
                }
            }
        })));

        Assert.InRange(most, 1, 10);
        Assert.Equal(0, limit.Addresses);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        var seen = Volatile.Read(ref target);
        while (value > seen)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen) is var was && was == seen ? value : was;
        }
    }
}
