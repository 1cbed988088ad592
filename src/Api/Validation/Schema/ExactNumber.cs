using System.Globalization;
using System.Buffers.Text;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// A JSON number as the decimal it denotes: ± 0.DIGITS x 10^Exponent, without leading or trailing zeros, so equal
/// numbers have equal parts. No rounding: 0.1 is a tenth, and 9007199254740993 is not its neighbor.
/// </summary>
internal readonly ref struct ExactNumber
{
    /// <summary>Longer tokens are not read; the guard has refused them in requests.</summary>
    public const int MaxLength = 128;

    private ExactNumber(bool isNegative, ReadOnlySpan<byte> digits, long exponent)
    {
        IsNegative = isNegative;
        Digits = digits;
        Exponent = exponent;
    }

    public bool IsNegative { get; }

    /// <summary>ASCII; empty for zero.</summary>
    public ReadOnlySpan<byte> Digits { get; }

    public long Exponent { get; }

    public bool IsInteger => Digits.Length <= Exponent || Digits.IsEmpty;

    /// <param name="token">A number as a JSON reader accepted it.</param>
    /// <param name="scratch">At least <see cref="MaxLength"/> bytes, which the result keeps using.</param>
    /// <param name="number">The number.</param>
    public static bool TryParse(scoped ReadOnlySpan<byte> token, Span<byte> scratch, out ExactNumber number)
    {
        number = default;
        if (token.Length > MaxLength)
        {
            return false;
        }

        var isNegative = token[0] == (byte)'-';
        long exponent = 0;
        var mark = token.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = token[(isNegative ? 1 : 0)..(mark < 0 ? token.Length : mark)];
        if (mark >= 0 && !TryExponent(token[(mark + 1)..], out exponent))
        {
            return false;
        }

        var point = mantissa.IndexOf((byte)'.');
        var whole = point < 0 ? mantissa : mantissa[..point];
        whole.CopyTo(scratch);
        var length = whole.Length;
        if (point >= 0)
        {
            mantissa[(point + 1)..].CopyTo(scratch[length..]);
            length = mantissa.Length - 1;
        }

        exponent += whole.Length;
        var digits = scratch[..length];
        var leading = digits.IndexOfAnyExcept((byte)'0');
        if (leading < 0)
        {
            return true;
        }

        number = new ExactNumber(isNegative, digits[leading..].TrimEnd((byte)'0'), exponent - leading);
        return true;
    }

    public static int Compare(in ExactNumber left, in ExactNumber right)
    {
        var sign = left.Sign.CompareTo(right.Sign);
        if (sign != 0 || left.Digits.IsEmpty)
        {
            return sign;
        }

        var size = left.Exponent.CompareTo(right.Exponent);
        size = size != 0 ? size : left.Digits.SequenceCompareTo(right.Digits);
        return left.IsNegative ? -size : size;
    }

    public uint Hash() => NameHash.Of(Digits) ^ ((uint)Exponent * 0x85EBCA6Bu) ^ (IsNegative ? 0x80000000u : 0);

    /// <summary>Whether this is an integer times <paramref name="divisor"/>, which has at most 18 digits and is not zero.</summary>
    public bool IsMultipleOf(in ExactNumber divisor)
    {
        if (Digits.IsEmpty)
        {
            return true;
        }

        // this = a x 10^p and divisor = b x 10^q, with a and b not divisible by ten.
        var shift = Exponent - Digits.Length - (divisor.Exponent - divisor.Digits.Length);
        if (shift < 0)
        {
            return false;
        }

        _ = Utf8Parser.TryParse(divisor.Digits, out ulong b, out _);
        ulong rest = 0;
        foreach (var digit in Digits)
        {
            rest = ((rest * 10) + (ulong)(digit - '0')) % b;
        }

        return MultiplyModulo(rest, PowerOfTenModulo(shift, b), b) == 0;
    }

    private int Sign => Digits.IsEmpty ? 0 : IsNegative ? -1 : 1;

    private static bool TryExponent(ReadOnlySpan<byte> text, out long exponent) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
        && exponent is > -1_000_000_000_000 and < 1_000_000_000_000;

    private static ulong PowerOfTenModulo(long power, ulong modulus)
    {
        var (result, factor) = (1 % modulus, 10 % modulus);
        for (; power > 0; power >>= 1)
        {
            result = (power & 1) == 1 ? MultiplyModulo(result, factor, modulus) : result;
            factor = MultiplyModulo(factor, factor, modulus);
        }

        return result;
    }

    private static ulong MultiplyModulo(ulong left, ulong right, ulong modulus) =>
        (ulong)((UInt128)left * right % modulus);
}
