using System.IO.Hashing;
using System.Text;
using CsCheck;
using Platform.Abstractions.Keys;

namespace Platform.Abstractions.Tests.Keys;

[Trait("Control", "AU-7")]
public sealed class KeyTokenTests
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Every character a corrupted key may contain: all of ASCII, and three that only look like it.</summary>
    private static readonly char[] Alphabet = [.. Enumerable.Range(0, 128).Select(code => (char)code), 'а', '０', '\u00E9'];

    [Theory]
    [InlineData(KeyKind.Mcp, "live", "mcpk_live_")]
    [InlineData(KeyKind.Mcp, "test", "mcpk_test_")]
    [InlineData(KeyKind.Management, "live", "mcpm_live_")]
    [InlineData(KeyKind.Management, "test", "mcpm_test_")]
    public void A_minted_key_is_read_back(KeyKind kind, string environment, string prefix)
    {
        var token = KeyToken.Mint(kind, environment, out var id);

        Assert.True(KeyToken.TryReadId(token, kind, environment, out var read));
        Assert.Equal((id, prefix, KeyToken.Length), (read, token[..10], token.Length));
    }

    [Fact]
    public void Every_corruption_of_one_character_is_refused()
    {
        var token = KeyToken.Mint(KeyKind.Mcp, "live", out _);

        var accepted =
            from at in Enumerable.Range(0, token.Length)
            from other in Alphabet.Where(c => c != token[at])
            let corrupted = $"{token[..at]}{other}{token[(at + 1)..]}"
            where KeyToken.TryReadId(corrupted, KeyKind.Mcp, "live", out _)
            select corrupted;

        Assert.Empty(accepted);
    }

    [Fact]
    public void Every_swap_of_two_neighbours_is_refused()
    {
        var token = KeyToken.Mint(KeyKind.Mcp, "live", out _);

        var accepted = Enumerable.Range(0, token.Length - 1)
            .Where(at => token[at] != token[at + 1])
            .Select(at => $"{token[..at]}{token[at + 1]}{token[at]}{token[(at + 2)..]}")
            .Where(swapped => KeyToken.TryReadId(swapped, KeyKind.Mcp, "live", out _));

        Assert.Empty(accepted);
    }

    [Theory]
    [InlineData(KeyKind.Mcp, KeyKind.Management)]
    [InlineData(KeyKind.Management, KeyKind.Mcp)]
    public void A_key_of_one_kind_is_not_a_key_of_the_other(KeyKind minted, KeyKind read)
    {
        var token = KeyToken.Mint(minted, "live", out _);

        Assert.False(KeyToken.TryReadId(token, read, "live", out var id));
        Assert.Null(id);
    }

    [Theory, Trait("Control", "CF-5")]
    [InlineData("test", "live")]
    [InlineData("live", "test")]
    [InlineData("live", "LIVE")]
    [InlineData("live", "liv")]
    [InlineData("live", "")]
    public void A_key_of_one_environment_is_worth_nothing_in_another(string minted, string read)
    {
        var token = KeyToken.Mint(KeyKind.Mcp, minted, out _);

        Assert.False(KeyToken.TryReadId(token, KeyKind.Mcp, read, out _));
    }

    [Fact]
    public void Every_other_length_is_refused()
    {
        var token = KeyToken.Mint(KeyKind.Mcp, "live", out _);
        string[] others = [.. Enumerable.Range(0, token.Length).Select(length => token[..length]), token + "0", token + " ", " " + token, token + token];

        Assert.DoesNotContain(others, other => KeyToken.TryReadId(other, KeyKind.Mcp, "live", out _));
    }

    [Fact]
    public void An_id_has_eight_lower_case_letters_and_digits_and_ids_differ()
    {
        var ids = Enumerable.Range(0, 2_000).Select(_ => Mint()).ToArray();

        Assert.All(ids, id => Assert.Matches("^[0-9a-z]{8}$", id));
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());

        static string Mint()
        {
            KeyToken.Mint(KeyKind.Mcp, "live", out var id);
            return id;
        }
    }

    [Fact]
    public void An_upper_case_id_is_refused_though_its_checksum_is_right()
    {
        var body = $"mcpk_live_ABCDEFGH_{new string('x', 43)}";

        Assert.False(KeyToken.TryReadId(body + Checksum(body), KeyKind.Mcp, "live", out _));
    }

    [Fact]
    public void Anybody_can_compute_the_checksum_so_it_proves_nothing()
    {
        var body = $"mcpk_live_abcdefgh_{new string('x', 43)}";

        Assert.True(KeyToken.TryReadId(body + Checksum(body), KeyKind.Mcp, "live", out var id));
        Assert.Equal("abcdefgh", id);
    }

    [Fact]
    public void Arbitrary_text_is_refused_and_breaks_nothing() =>
        Gen.String.Sample(text => !KeyToken.TryReadId(text, KeyKind.Mcp, "live", out _));

    [Fact]
    public void Arbitrary_text_of_the_right_length_and_prefix_is_refused_and_breaks_nothing() =>
        Gen.Char.Array[KeyToken.Length - 10].Select(tail => "mcpk_live_" + new string(tail))
            .Sample(text => !KeyToken.TryReadId(text, KeyKind.Mcp, "live", out _));

    private static string Checksum(string body)
    {
        var crc = Crc32.HashToUInt32(Encoding.ASCII.GetBytes(body));
        return new string([.. Enumerable.Range(0, 6).Select(digit => Base62[(int)(crc / Power(5 - digit) % 62)])]);

        static long Power(int exponent) => Enumerable.Repeat(62L, exponent).Aggregate(1L, (product, factor) => product * factor);
    }
}
