using System.Text;
using Platform.Abstractions.Audit;

namespace Platform.Abstractions.Tests.Audit;

[Trait("Control", "AL-4")]
public sealed class RecordLineTests
{
    private static readonly string Hash = string.Concat(Enumerable.Repeat("0a", 32));

    [Theory]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public void A_line_is_read_as_it_was_written(long sequence)
    {
        const string record = """{"what":"ä\n","nested":{"a":[1]}}""";
        var hash = new byte[32];

        Assert.True(RecordLine.TryRead(RecordLine.Write(sequence, Hash, record), out var read, hash, out var bytes));

        Assert.Equal((sequence, Hash, record), (read, Convert.ToHexStringLower(hash), Encoding.UTF8.GetString(bytes.Span)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"seq\":1}")]
    [InlineData("{\"seq\":0,\"hash\":\"$\",\"event\":{}}")]
    [InlineData("{\"seq\":01,\"hash\":\"$\",\"event\":{}}")]
    [InlineData("{\"seq\":+1,\"hash\":\"$\",\"event\":{}}")]
    [InlineData("{\"seq\":-1,\"hash\":\"$\",\"event\":{}}")]
    [InlineData("{\"seq\":9223372036854775808,\"hash\":\"$\",\"event\":{}}")]
    [InlineData("{\"seq\": 1,\"hash\":\"$\",\"event\":{}}")]
    [InlineData("{\"seq\":1,\"hash\":\"\",\"event\":{}}")]
    [InlineData("{\"seq\":1,\"hash\":\"0A$\",\"event\":{}}")]
    [InlineData("{\"seq\":1,\"hash\":\"0$\",\"event\":{}}")]
    [InlineData("{\"seq\":1,\"event\":{},\"hash\":\"$\"}")]
    public void A_line_of_another_form_is_refused(string line) =>
        Assert.False(RecordLine.TryRead(Encoding.UTF8.GetBytes(line.Replace("$", Hash, StringComparison.Ordinal)), out _, new byte[32], out _));

    [Fact]
    public void An_upper_case_hash_is_refused() =>
        Assert.False(RecordLine.TryRead(RecordLine.Write(1, Hash.ToUpperInvariant(), "{}"), out _, new byte[32], out _));
}
