using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>"minLength", "maxLength" (code points) and "pattern".</summary>
internal sealed class StringRules
{
    public int MinLength { get; set; }

    public int MaxLength { get; set; } = int.MaxValue;

    public SchemaPattern? Pattern { get; set; }

    public bool IsEmpty => MinLength == 0 && MaxLength == int.MaxValue && Pattern is null;

    public bool Check(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        if (!run.SpendBytes(reader.ValueSpan.Length))
        {
            return false;
        }

        // A code point takes at least one byte as written, so many answers need no counting.
        var length = MinLength > 0 || reader.ValueSpan.Length > MaxLength ? JsonText.CodePoints(reader.ValueSpan) : 0;
        if (length < MinLength)
        {
            return run.Fail("minLength", "must have at least {0} characters", MinLength);
        }

        if (length > MaxLength)
        {
            return run.Fail("maxLength", "must have at most {0} characters", MaxLength);
        }

        return Pattern is null || Pattern.IsMatch(ref reader, ref run) || run.Fail("pattern", "must match the pattern {0}", Pattern.Source);
    }
}
