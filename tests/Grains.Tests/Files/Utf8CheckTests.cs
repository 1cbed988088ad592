using System.Text;
using Platform.Grains.Files;

namespace Platform.Grains.Tests.Files;

public sealed class Utf8CheckTests
{
    public static TheoryData<byte[]> Texts => [.. ((string[])["", "a", "aé中🐝z", "🐝🐝", "\ufeffbom", "\0"]).Select(Encoding.UTF8.GetBytes)];

    public static TheoryData<byte[]> Others =>
    [
        .. (byte[][])
        [
            [0xff], [0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [(byte)'a', 0xe4, 0xb8], [0xe4, (byte)'a', 0xb8], [0xf0, 0x9f, 0x90], [0xc3, 0xc3, 0xa9],
        ],
    ];

    [Theory, MemberData(nameof(Texts))]
    public void A_text_is_one_wherever_it_is_cut(byte[] text) => Assert.All(Cuts(text), pieces => Assert.True(IsValid(pieces)));

    [Theory, MemberData(nameof(Others))]
    public void What_is_none_is_none_wherever_it_is_cut(byte[] bytes) => Assert.All(Cuts(bytes), pieces => Assert.False(IsValid(pieces)));

    [Theory, MemberData(nameof(Others))]
    public void What_is_broken_is_not_mended_by_what_follows(byte[] bytes) => Assert.All(Cuts([.. bytes, .. "more"u8]), pieces => Assert.False(IsValid(pieces)));

    private static bool IsValid(byte[][] pieces)
    {
        var check = new Utf8Check();
        foreach (var piece in pieces)
        {
            check.Append(piece);
        }

        return check.IsValid;
    }

    /// <summary>In every two pieces, in single bytes, and whole.</summary>
    private static IEnumerable<byte[][]> Cuts(byte[] bytes) =>
        [.. Enumerable.Range(0, bytes.Length + 1).Select(at => (byte[][])[bytes[..at], bytes[at..]]), [.. bytes.Select(b => (byte[])[b])], [bytes]];
}
