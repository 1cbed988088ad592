using System.Text;
using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>"minimum", "maximum", their exclusive forms and "multipleOf", all exact.</summary>
internal sealed class NumberRules
{
    public string? Minimum { get; set; }

    public string? Maximum { get; set; }

    public string? ExclusiveMinimum { get; set; }

    public string? ExclusiveMaximum { get; set; }

    public string? MultipleOf { get; set; }

    public bool IsEmpty => (Minimum ?? Maximum ?? ExclusiveMinimum ?? ExclusiveMaximum ?? MultipleOf) is null;

    public bool Check(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        if (!ExactNumber.TryParse(reader.ValueSpan, stackalloc byte[ExactNumber.MaxLength], out var value))
        {
            return run.AbortLongNumber();
        }

        if (Minimum is not null && Compare(value, Minimum) < 0)
        {
            return run.Fail("minimum", "must be at least {0}", Minimum);
        }

        if (Maximum is not null && Compare(value, Maximum) > 0)
        {
            return run.Fail("maximum", "must be at most {0}", Maximum);
        }

        if (ExclusiveMinimum is not null && Compare(value, ExclusiveMinimum) <= 0)
        {
            return run.Fail("exclusiveMinimum", "must be greater than {0}", ExclusiveMinimum);
        }

        if (ExclusiveMaximum is not null && Compare(value, ExclusiveMaximum) >= 0)
        {
            return run.Fail("exclusiveMaximum", "must be less than {0}", ExclusiveMaximum);
        }

        return MultipleOf is null || IsMultiple(value, MultipleOf) || run.Fail("multipleOf", "must be a multiple of {0}", MultipleOf);
    }

    private static int Compare(in ExactNumber value, string bound) =>
        ExactNumber.Compare(value, Parse(bound, stackalloc byte[ExactNumber.MaxLength], stackalloc byte[ExactNumber.MaxLength]));

    private static bool IsMultiple(in ExactNumber value, string divisor) =>
        value.IsMultipleOf(Parse(divisor, stackalloc byte[ExactNumber.MaxLength], stackalloc byte[ExactNumber.MaxLength]));

    /// <summary>The compiler has already parsed the same token once, so it fits.</summary>
    private static ExactNumber Parse(string token, scoped Span<byte> ascii, Span<byte> scratch)
    {
        _ = ExactNumber.TryParse(ascii[..Encoding.ASCII.GetBytes(token, ascii)], scratch, out var number);
        return number;
    }
}
