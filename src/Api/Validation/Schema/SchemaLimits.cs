namespace Platform.Api.Validation.Schema;

/// <summary>What a tenant's schema may cost at registration.</summary>
internal static class SchemaLimits
{
    public const int MaxBytes = 64 * 1024;
    public const int MaxDepth = 32;
    public const int MaxSubschemas = 1_000;
    public const int MaxPatternLength = 1_000;

    /// <summary>"pattern" and "patternProperties" together; each may hold a megabyte of states.</summary>
    public const int MaxPatterns = 100;

    /// <summary>Names in one "required"; they are tracked as bits on the stack.</summary>
    public const int MaxRequired = 1_000;

    /// <summary>Significant digits of a "multipleOf", so that its remainder fits 64 bits exactly.</summary>
    public const int MaxDivisorDigits = 18;

    /// <summary>The text of a schema passes the same guard as a request.</summary>
    public static JsonLimits Text { get; } = new()
    {
        MaxDepth = MaxDepth,
        MaxProperties = MaxSubschemas,
        MaxStringLength = MaxBytes,
    };
}
