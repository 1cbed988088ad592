using Platform.Abstractions.Mcp;
using Platform.Grains.Mcp;

namespace Platform.Grains.Tests.Mcp;

public sealed class MessageRingTests
{
    [Fact]
    public void Nothing_is_shown_that_is_not_stored()
    {
        var ring = new MessageRing();
        ring.Add([1], isLast: true, mark: 0);

        var page = ring.PageAfter(0);

        Assert.Empty(page.Messages);
        Assert.False(page.IsComplete);
    }

    [Fact]
    public void Messages_that_push_out_all_that_is_stored_leave_an_empty_page()
    {
        var ring = new MessageRing();
        ring.Stored = ring.Add([1], isLast: false, mark: 0);
        for (var i = 0; i < 3; i++)
        {
            ring.Add(new byte[IMcpStreamGrain.MaxBytes], isLast: false, mark: 0);
        }

        Assert.Empty(ring.PageAfter(1).Messages);
    }
}
