using System.Globalization;
using System.Numerics;
using CsCheck;
using static Platform.Api.Tests.Validation.Schema.SchemaAssertions;

namespace Platform.Api.Tests.Validation.Schema;

[Trait("Control", "IN-2")]
public sealed class SchemaNumberTests
{
    [Theory]
    [InlineData("0.1", "0.3", true)]
    [InlineData("0.01", "19.99", true)]
    [InlineData("0.01", "19.995", false)]
    [InlineData("3", "9007199254740993", true)]
    [InlineData("3", "9007199254740992", false)]
    [InlineData("1e-8", "12391239123", true)]
    [InlineData("0.123456789", "1e308", false)]
    [InlineData("5e-324", "1e308", true)]
    [InlineData("7", "0", true)]
    [InlineData("7", "-0.0", true)]
    [InlineData("7", "-14", true)]
    [InlineData("1e2", "50", false)]
    [InlineData("999999999999999999", "999999999999999998000000000000000001", true)]
    [InlineData("999999999999999999", "999999999999999998000000000000000002", false)]
    public void MultipleOf_is_exact(string divisor, string value, bool valid) =>
        Assert.Equal(valid, IsValid($$"""{"multipleOf":{{divisor}}}""", value));

    [Theory]
    [InlineData("9007199254740993", "9007199254740992", false)]
    [InlineData("9007199254740993", "9007199254740993.0", true)]
    [InlineData("0.1", "0.1000000000000000000000000000000000001", true)]
    [InlineData("0.1", "0.0999999999999999999999999999999999999", false)]
    [InlineData("-1", "-1.0000000000000000000000000000000000001", false)]
    [InlineData("-1", "-0.1e1", true)]
    [InlineData("0", "-0", true)]
    [InlineData("0", "-1e-300", false)]
    [InlineData("1e300", "1e299", false)]
    public void Minimum_does_not_round(string minimum, string value, bool valid) =>
        Assert.Equal(valid, IsValid($$"""{"minimum":{{minimum}}}""", value));

    [Theory]
    [InlineData("1", true)]
    [InlineData("1.0", true)]
    [InlineData("1e2", true)]
    [InlineData("1.5e1", true)]
    [InlineData("10e-1", true)]
    [InlineData("0.0", true)]
    [InlineData("1.5", false)]
    [InlineData("1e-1", false)]
    [InlineData("\"1\"", false)]
    public void An_integer_is_a_number_without_a_fraction_however_written(string value, bool valid) =>
        Assert.Equal(valid, IsValid("""{"type":"integer"}""", value));

    [Fact]
    public void Numbers_longer_than_we_read_exactly_are_refused_even_under_not() =>
        Assert.False(IsValid("""{"not":{"minimum":1}}""", new string('7', 129)));

    [Fact]
    public void Comparison_agrees_with_exact_arithmetic() =>
        Gen.Select(Number, Number).Sample((left, right) =>
            IsValid($$"""{"minimum":{{left.Text}}}""", right.Text) == (right.Scaled >= left.Scaled)
            && IsValid($$"""{"const":{{left.Text}}}""", right.Text) == (right.Scaled == left.Scaled), iter: 3_000);

    [Fact]
    public void Remainders_agree_with_exact_arithmetic() =>
        Gen.Select(Number, Number).Where((left, _) => left.Scaled.Sign > 0).Sample((left, right) =>
            IsValid($$"""{"multipleOf":{{left.Text}}}""", right.Text) == (right.Scaled % left.Scaled).IsZero, iter: 3_000);

    /// <summary>A number in one of several notations, and its value times 10^20.</summary>
    private static Gen<(string Text, BigInteger Scaled)> Number =>
        Gen.Select(Gen.Long[-200, 200], Gen.Int[-6, 6], Gen.Int[0, 3]).Select((digits, exponent, zeros) => (
            string.Create(CultureInfo.InvariantCulture, $"{digits}{(zeros > 0 ? "." : "")}{new string('0', zeros)}e{exponent}"),
            digits * BigInteger.Pow(10, 20 + exponent)));
}
