namespace Platform.Api.Validation.Schema;

/// <summary>What a tenant's schema may cost at registration.</summary>
internal static class SchemaLimits
{
    public const int MaxBytes = 64 * 1024;
    public const int MaxDepth = 32;
    public const int MaxSubschemas = 1_000;
    public const int MaxPatternLength = 1_000;

    /// <summary>Schemas with a "$id", metaschemas in use included; each may be a place where a "$dynamicRef" leads.</summary>
    public const int MaxResources = 64;

    /// <summary>Characters of a "$id" or a reference.</summary>
    public const int MaxUriLength = 2_048;

    /// <summary>Schemas that apply to one value through each other: references, "allOf", "not" and their like.</summary>
    public const int MaxInPlaceDepth = 64;

    /// <summary>"pattern" and "patternProperties" together; each may hold a megabyte of states.</summary>
    public const int MaxPatterns = 100;

    /// <summary>Names of one schema whose presence matters ("required", "dependentRequired", "dependentSchemas"): bits on the stack.</summary>
    public const int MaxTrackedNames = 1_000;

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
