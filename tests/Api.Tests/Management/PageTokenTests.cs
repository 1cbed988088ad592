using Platform.Api.Management;

namespace Platform.Api.Tests.Management;

/// <summary>What a list gave out as the token of its next page, it takes.</summary>
public sealed class PageTokenTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(2_048, true)]
    [InlineData(2_049, false)]
    public void The_longest_key_there_is_fits_and_no_longer_one_does(int length, bool fits)
    {
        var key = new string('a', length);
        Assert.Equal(fits, Answer.Page(null, Answer.Token(key), static _ => true).Try(out var page, out _));
        Assert.Equal(fits ? key : null, page.After);
    }
}
